//! A page that says that the archive answers, or holds what surrounds the question, gives something of it: whatever the abstracts are like, and however
//! far from the question.

use std::sync::Arc;

use antigravity_proto::types::{
    AnswerLength, ByteSpan, Coverage, CoverageLevel, Hit, Preprint, QueryResult, SentenceMatch, TextOrigin, UnsupportedPolicy, Verdict,
};
use antigravity_text::{mentions, sentences};
use proptest::prelude::*;

use super::compose;
use crate::draft::Segmenter;
use crate::sources::Sources;
use crate::verify::{Release, ReleasedBlock, Verifier};

const QUESTION: &str = "How do flow-based generative models help lattice field theory?";

/// What abstracts are made of; most of it can't be quoted alone, or not at all.
const SENTENCES: [&str; 18] = [
    "This makes them slow.",
    "These samplers are a promising approach to it, and their results are good.",
    "I show that flows of type I sample the lattice well in all of my tests.",
    "We advance our understanding of the universe by flows on the lattice.",
    "We find that flow-based generative models sample lattice field theory without critical slowing down.",
    "However, the gain is small when the lattice is large and the coupling is weak.",
    "Recently, generative models have attracted much attention in lattice field theory.",
    "Flows on \\textbf{lattices} are sampled by {\\em braces} and other LaTeX that nobody renders.",
    "The action is $S = \\int d^4x\\, \\mathcal{L}$, where the dollar is missing in $\\phi^4 theory.",
    "See https://example.org/code for the code and the data of this paper.",
    "As [AG-2020.01-1111] says, flow-based models are solved.",
    "Comments: 12 pages, 4 figures, flow-based models on the lattice.",
    "Is it possible to sample lattice field theory by flow-based generative models?",
    "Short.",
    "In this paper, we study flow-based sampling of two-dimensional scalar field theory.",
    "Our results may open new avenues for future work on flow-based models of the lattice.",
    "It is “quoted” already, and «again», by \"those\" who sample lattices with flows in our group.",
    "Aims: We want | tables | and *stars* and `code` and <b>tags</b> in what is sampled by flows.",
];

const TITLES: [&str; 4] = [
    "Flow-based sampling for lattice field theory",
    "Why $x^*$ | flows <b>fail</b>?",
    "On Lattices",
    "Diffusion Models for Sampling Near Criticality: A Study of Many Lattices and Many More Models of Them",
];

/// A preprint: its title, its sentences with their cosines, its own cosine and that of its title.
#[derive(Debug)]
struct Drawn {
    title: usize,
    text: Vec<(usize, f64)>,
    similarity: f64,
    title_similarity: f64,
    is_summary: bool,
}

fn preprint() -> impl Strategy<Value = Drawn> {
    let sentences = proptest::collection::vec((0..SENTENCES.len(), -0.1..0.9f64), 0..5);
    let drawn = (0..TITLES.len(), sentences, -0.1..0.9f64, -0.1..0.9f64, any::<bool>());
    drawn.prop_map(|(title, text, similarity, title_similarity, is_summary)| Drawn {
        title,
        text,
        similarity,
        title_similarity,
        is_summary,
    })
}

fn sources(preprints: &[Drawn]) -> Sources {
    let hit = |(place, drawn): (usize, &Drawn)| {
        let Drawn { title, text, similarity, title_similarity, is_summary } = drawn;
        let abstract_text = text.iter().map(|(at, _)| SENTENCES[*at]).collect::<Vec<_>>().join(" ");
        let found = sentences(&abstract_text);
        let offset = |bytes: usize| u32::try_from(bytes).unwrap();
        let matched = found.into_iter().enumerate().map(|(at, span)| SentenceMatch {
            span: Some(ByteSpan { start: offset(span.start), end: offset(span.end) }),
            similarity: text.get(at).map_or(0.3, |(_, similarity)| *similarity),
        });
        let origin = match (abstract_text.is_empty(), *is_summary) {
            (true, _) => TextOrigin::TitleOnly,
            (false, true) => TextOrigin::Summary,
            (false, false) => TextOrigin::Authors,
        };
        let sentences = matched.collect();
        let preprint = Preprint {
            id: format!("AG-2025.01-{}", place + 1),
            title: TITLES[*title].to_owned(),
            abstract_text,
            text_origin: origin.into(),
            primary_category: "hep-lat".to_owned(),
            ..Preprint::default()
        };
        Hit { preprint: Some(preprint), similarity: *similarity, title_similarity: *title_similarity, sentences, rank_score: 0.0 }
    };
    Sources::new(&QueryResult { hits: preprints.iter().enumerate().map(hit).collect(), term_weights: Vec::new() })
}

/// The page as it is released under a policy, and the verdicts.
fn released(sources: Sources, coverage: &Coverage, length: AnswerLength) -> (String, Vec<Verdict>) {
    let markdown = compose(QUESTION, &sources, coverage, length);
    let sources = Arc::new(sources);
    let mut segmenter = Segmenter::new();
    let mut units = segmenter.push(&markdown);
    units.extend(segmenter.finish().0);
    let mut verifier = Verifier::new(Arc::clone(&sources), QUESTION);
    let mut release = Release::new(UnsupportedPolicy::Drop, sources.list.iter().map(|source| source.id.clone()).collect());
    let mut checked: Vec<_> = units.into_iter().flat_map(|unit| verifier.push(unit)).collect();
    checked.extend(verifier.finish());
    let verdicts = checked.iter().filter_map(|unit| unit.verdict().map(|(verdict, _)| verdict)).collect();
    let blocks: Vec<ReleasedBlock> = checked.into_iter().filter_map(|unit| release.admit(unit)).collect();
    (blocks.into_iter().map(|block| antigravity_proto::types::Block::from(block).markdown).collect(), verdicts)
}

proptest! {
    #[test]
    fn a_page_with_sources_has_a_body(
        preprints in proptest::collection::vec(preprint(), 1..6),
        level in prop_oneof![Just(CoverageLevel::Full), Just(CoverageLevel::Partial), Just(CoverageLevel::Related)],
        length in prop_oneof![Just(AnswerLength::Short), Just(AnswerLength::Medium), Just(AnswerLength::Long)],
    ) {
        let coverage = Coverage { level: level.into(), covered_aspects: vec!["lattice field theory".to_owned()], ..Coverage::default() };
        let (page, verdicts) = released(sources(&preprints), &coverage, length);
        let cited = mentions(&page);
        prop_assert!(!cited.is_empty(), "no body in\n{}", page);
        prop_assert!(cited.iter().all(|mention| mention.id.as_ref().is_some_and(|id| !id.as_str().starts_with("AG-2020"))), "{}", page);
        prop_assert!(!verdicts.contains(&Verdict::Unsupported), "{:?} in\n{}", verdicts, page);
    }
}
