//! Answers for tests.

use antigravity_proto::types::{Answer, Coverage, CoverageLevel, FollowUp, Notice, NoticeKind, Source, TextOrigin};

const DISCLAIMER: &str = "This is a research aid — not a peer review. Verify sources before citing.";

/// The archive answers.
pub(crate) fn full() -> Answer {
    Answer {
        question: "How does the latent space differ when trained on diverse scenarios versus a single hardest case?".into(),
        markdown: "# Latent spaces\n\nThe archive has direct research on this.\n\n## Diversity\n\nTraining on *diverse* scenarios builds a \"signal-aware\" latent space \
                   [AG-2026.03-1712]. It stays sensitive at $\\sqrt{s}=13$ TeV.\n\n**Clusters form.** Similar models cluster together [AG-2024.07-1501].\n\n---\n\nNote: \
                   The provided preprints don't discuss curricula."
            .into(),
        coverage: coverage(CoverageLevel::Full),
        sources: vec![
            source("AG-2026.03-1712", "hep-ph", "Signal-Aware Contrastive Latent Spaces for Anomaly Detection", 0.512, TextOrigin::Authors),
            source("AG-2024.07-1501", "hep-ph", "Universal New Physics Latent Space", 0.497, TextOrigin::Summary),
            source(
                "AG-2025.03-220",
                "astro-ph.CO",
                "How many simulations do we need for simulation-based inference in cosmology?",
                0.4849,
                TextOrigin::TitleOnly,
            ),
            source("AG-2023.10-04321", "hep-ex", "Search for $t\\bar{t}$ resonances at $\\sqrt{s}=13~\\mathrm{TeV}$", 0.4851, TextOrigin::Authors),
        ],
        follow_ups: follow_ups(&[
            "How does the sensitivity to unseen topologies degrade if training diversity is reduced?",
            "Why do similar models cluster together?",
            "Can interpolation between two scenarios predict intermediate ones?",
        ]),
        ..answer()
    }
}

/// The archive is silent on the subject; the model's server had failed, and a sentence is marked.
pub(crate) fn related() -> Answer {
    Answer {
        question: "Könnte adversarial training in 暗黒物質の探索 erase ΛCDM signatures?".into(),
        markdown: "The provided preprints don't address this.\n\n**Topology matters.** [AG-2025.02-1258] reports so. It always fails [unsupported]\n\nIt says [no such source] \
                   more [unsupported]\n\n- one item that is long enough to wrap\n- 暗黒物質の探索は続く暗黒物質の探索は続く暗黒物質の探索は続く\n"
            .into(),
        coverage: coverage(CoverageLevel::Related),
        sources: vec![source("AG-2025.02-1258", "physics.data-an", "Enhancing anomaly detection with topology-aware autoencoders", 0.64, TextOrigin::Summary)],
        follow_ups: follow_ups(&["Could topological constraints prevent loss smoothing from flattening anomaly separation in high-dimensional data?"]),
        follow_up_shortfall: "Two more were left out: the archive can't answer them.".into(),
        notices: vec![Notice { kind: NoticeKind::ModelFailed.into(), message: "the model did not answer; this text was composed from the sources".into() }],
        ..answer()
    }
}

/// The question lies outside the archive.
pub(crate) fn none() -> Answer {
    Answer {
        question: "What is the best fertiliser for tomatoes?".into(),
        markdown: "The archive holds nothing on fertiliser or tomatoes.".into(),
        coverage: coverage(CoverageLevel::None),
        sources: vec![
            source("AG-2026.01-998", "cs.LG", "Symmetry Breaking in Transformers", 0.0449, TextOrigin::Authors),
            source("AG-2026.04-892", "", "Tiny", -0.021, TextOrigin::Authors),
        ],
        follow_up_shortfall: "The archive can't answer a question near to this one.".into(),
        ..answer()
    }
}

fn answer() -> Answer {
    Answer {
        answered_by: "the archive itself (extractive)".into(),
        create_time: Some(prost_types::Timestamp { seconds: 1_777_766_400, nanos: 0 }),
        disclaimer: DISCLAIMER.into(),
        ..Default::default()
    }
}

fn coverage(level: CoverageLevel) -> Option<Coverage> {
    Some(Coverage { level: level.into(), ..Default::default() })
}

fn source(id: &str, category: &str, title: &str, similarity: f64, origin: TextOrigin) -> Source {
    Source {
        id: id.into(),
        primary_category: category.into(),
        title: title.into(),
        similarity,
        text_origin: origin.into(),
        ..Default::default()
    }
}

fn follow_ups(questions: &[&str]) -> Vec<FollowUp> {
    questions.iter().map(|question| FollowUp { question: (*question).into(), ..Default::default() }).collect()
}
