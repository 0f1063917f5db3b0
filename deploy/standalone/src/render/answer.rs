//! The page of an answer.

use antigravity_answerer::ANSWERED_BY_ARCHIVE;
use antigravity_proto::types::{Answer, CoverageLevel, Model, ModelProvider};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    markdown, sources,
    style::{Canvas, Look, Span, Tint, harmless},
    wrap::wrap,
};

/// The name at the head of the page.
const SITE: &str = "Antigravity Q&A";

/// The whole page: head, answer, notices, sources, questions to go on with, foot.
pub(crate) fn page(answer: &Answer, canvas: Canvas) -> String {
    let near = answer.provenance.as_ref().and_then(|provenance| provenance.retrieval.as_ref()).map_or("", |retrieval| &retrieval.near);
    let head = head(&asked(&answer.question, near), Some(&answered(answer)), canvas);
    let body = body(&answer.markdown, canvas);
    let tail = tail(answer, canvas);
    [head, body, tail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// What the head of a page says was asked: the question, or the preprint whose neighbours were wanted.
pub(crate) fn asked(question: &str, near: &str) -> String {
    if question.is_empty() && !near.is_empty() { format!("What is near to {near}?") } else { question.to_owned() }
}

/// Site, question, who answered.
pub(crate) fn head(question: &str, answered: Option<&str>, canvas: Canvas) -> String {
    let mut parts = vec![canvas.paint(SITE, Look::of(Tint::Quiet))];
    if !question.is_empty() {
        parts.push(block(question, Look::BOLD, canvas));
    }
    parts.extend(answered.map(|answered| block(answered, Look::of(Tint::Quiet), canvas)));
    parts.push(canvas.paint("Answer", Look::BOLD));
    parts.join("\n\n")
}

/// The answer's text.
pub(crate) fn body(markdown: &str, canvas: Canvas) -> String {
    match canvas {
        Canvas::Plain => harmless(markdown.trim()),
        Canvas::Terminal { .. } => markdown::render(markdown, canvas),
    }
}

/// What stands below the answer.
pub(crate) fn tail(answer: &Answer, canvas: Canvas) -> String {
    let mut parts: Vec<String> = Vec::new();
    for notice in &answer.notices {
        parts.push(block(&format!("Notice: {}", notice.message), Look::of(Tint::Warning), canvas));
    }
    let level = answer.coverage.as_ref().map(|coverage| coverage.level());
    let heading = if level == Some(CoverageLevel::None) { "Nearest sources" } else { "Sources" };
    parts.push(sources::list(heading, &answer.sources, canvas));
    parts.extend(keep_exploring(answer, canvas));
    if !answer.disclaimer.is_empty() {
        parts.push(block(&answer.disclaimer, Look::of(Tint::Quiet), canvas));
    }
    parts.join("\n\n")
}

/// `Answered by claude-haiku-4-5 · 3 May 2026`.
pub(crate) fn answered(answer: &Answer) -> String {
    let time = answer.create_time.as_ref().and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    answered_by(&answer.answered_by, time)
}

/// The same, of a name and a time.
pub(crate) fn answered_by(name: &str, time: Option<Timestamp>) -> String {
    let date = time.map(|time| time.to_zoned(TimeZone::UTC).strftime(" · %-d %B %Y").to_string()).unwrap_or_default();
    format!("Answered by {name}{date}")
}

/// A model as the head of a page names it.
pub(crate) fn display_name(model: &Model) -> &str {
    match model.provider() {
        ModelProvider::Extractive => ANSWERED_BY_ARCHIVE,
        _ => &model.provider_model,
    }
}

fn keep_exploring(answer: &Answer, canvas: Canvas) -> Option<String> {
    if answer.follow_ups.is_empty() && answer.follow_up_shortfall.is_empty() {
        return None;
    }
    let mut lines = vec![canvas.paint("Keep exploring", Look::BOLD), String::new()];
    for follow_up in &answer.follow_ups {
        let (mark, hang) = if canvas == Canvas::Plain { ("- ", "") } else { ("• ", "  ") };
        lines.extend(wrap(&[Span::new(&follow_up.question, Look::default())], mark, hang, canvas));
    }
    if !answer.follow_up_shortfall.is_empty() {
        if !answer.follow_ups.is_empty() {
            lines.push(String::new());
        }
        lines.push(block(&answer.follow_up_shortfall, Look::of(Tint::Quiet), canvas));
    }
    Some(lines.join("\n"))
}

/// One paragraph.
fn block(text: &str, look: Look, canvas: Canvas) -> String {
    wrap(&[Span::new(text, look)], "", "", canvas).join("\n")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::render::sample;

    const PLAIN: Canvas = Canvas::Plain;

    fn check(answer: &Answer, canvas: Canvas, expected: Expect) {
        expected.assert_eq(&page(answer, canvas).replace('\u{1b}', "␛"));
    }

    fn narrow(width: usize) -> Canvas {
        Canvas::Terminal { width, colour: false }
    }

    #[test]
    fn full_plain() {
        check(
            &sample::full(),
            PLAIN,
            expect![[r#"
            Antigravity Q&A

            How does the latent space differ when trained on diverse scenarios versus a single hardest case?

            Answered by the archive itself (extractive) · 3 May 2026

            Answer

            # Latent spaces

            The archive has direct research on this.

            ## Diversity

            Training on *diverse* scenarios builds a "signal-aware" latent space [AG-2026.03-1712]. It stays sensitive at $\sqrt{s}=13$ TeV.

            **Clusters form.** Similar models cluster together [AG-2024.07-1501].

            ---

            Note: The provided preprints don't discuss curricula.

            Sources · 4

            - 51% · hep-ph · Signal-Aware Contrastive Latent Spaces for Anomaly Detection · AG-2026.03-1712
            - 50% · hep-ph · Universal New Physics Latent Space · AG-2024.07-1501 · summary
            - 49% · hep-ex · Search for tt̄ resonances at √s=13 TeV · AG-2023.10-04321
            - 48% · astro-ph.CO · How many simulations do we need for simulation-based inference in cosmology? · AG-2025.03-220 · title only

            Keep exploring

            - How does the sensitivity to unseen topologies degrade if training diversity is reduced?
            - Why do similar models cluster together?
            - Can interpolation between two scenarios predict intermediate ones?

            This is a research aid — not a peer review. Verify sources before citing.
        "#]],
        );
    }

    #[test]
    fn full_on_a_terminal() {
        check(
            &sample::full(),
            narrow(72),
            expect![[r#"
            Antigravity Q&A

            How does the latent space differ when trained on diverse scenarios
            versus a single hardest case?

            Answered by the archive itself (extractive) · 3 May 2026

            Answer

            Latent spaces

            The archive has direct research on this.

            Diversity

            Training on diverse scenarios builds a "signal-aware" latent space
            [AG-2026.03-1712]. It stays sensitive at √s=13 TeV.

            Clusters form. Similar models cluster together [AG-2024.07-1501].

            ────────────────────────

            Note: The provided preprints don't discuss curricula.

            Sources · 4

             51%  hep-ph       Signal-Aware Contrastive Latent Spaces for Anomaly
                               Detection AG-2026.03-1712
             50%  hep-ph       Universal New Physics Latent Space AG-2024.07-1501
                               (summary)
             49%  hep-ex       Search for tt̄ resonances at √s=13 TeV
                               AG-2023.10-04321
             48%  astro-ph.CO  How many simulations do we need for simulation-based
                               inference in cosmology? AG-2025.03-220 (title only)

            Keep exploring

            • How does the sensitivity to unseen topologies degrade if training
              diversity is reduced?
            • Why do similar models cluster together?
            • Can interpolation between two scenarios predict intermediate ones?

            This is a research aid — not a peer review. Verify sources before
            citing.
        "#]],
        );
    }

    #[test]
    fn full_in_colour() {
        check(
            &sample::full(),
            Canvas::Terminal { width: 72, colour: true },
            expect![[r#"
            ␛[2mAntigravity Q&A␛[0m

            ␛[1mHow does the latent space differ when trained on diverse scenarios␛[0m
            ␛[1mversus a single hardest case?␛[0m

            ␛[2mAnswered by the archive itself (extractive) · 3 May 2026␛[0m

            ␛[1mAnswer␛[0m

            ␛[1mLatent spaces␛[0m

            The archive has direct research on this.

            ␛[1mDiversity␛[0m

            Training on ␛[3mdiverse␛[0m scenarios builds a "signal-aware" latent space
            ␛[36m[AG-2026.03-1712]␛[0m. It stays sensitive at √s=13 TeV.

            ␛[1mClusters form.␛[0m Similar models cluster together ␛[36m[AG-2024.07-1501]␛[0m.

            ␛[2m────────────────────────␛[0m

            Note: The provided preprints don't discuss curricula.

            ␛[1mSources · 4␛[0m

            ␛[32m␛[1m 51%  ␛[0m␛[2mhep-ph       ␛[0mSignal-Aware Contrastive Latent Spaces for Anomaly
                               Detection ␛[36mAG-2026.03-1712␛[0m
            ␛[32m␛[1m 50%  ␛[0m␛[2mhep-ph       ␛[0mUniversal New Physics Latent Space ␛[36mAG-2024.07-1501␛[0m
                               ␛[2m(summary)␛[0m
            ␛[32m␛[1m 49%  ␛[0m␛[2mhep-ex       ␛[0mSearch for tt̄ resonances at √s=13 TeV
                               ␛[36mAG-2023.10-04321␛[0m
            ␛[32m␛[1m 48%  ␛[0m␛[2mastro-ph.CO  ␛[0mHow many simulations do we need for simulation-based
                               inference in cosmology? ␛[36mAG-2025.03-220␛[0m ␛[2m(title only)␛[0m

            ␛[1mKeep exploring␛[0m

            • How does the sensitivity to unseen topologies degrade if training
              diversity is reduced?
            • Why do similar models cluster together?
            • Can interpolation between two scenarios predict intermediate ones?

            ␛[2mThis is a research aid — not a peer review. Verify sources before␛[0m
            ␛[2mciting.␛[0m
        "#]],
        );
    }

    #[test]
    fn related_with_unsupported_marks_on_forty_columns() {
        check(
            &sample::related(),
            narrow(40),
            expect![[r#"
                Antigravity Q&A

                Könnte adversarial training in
                暗黒物質の探索 erase ΛCDM signatures?

                Answered by the archive itself
                (extractive) · 3 May 2026

                Answer

                The provided preprints don't address
                this.

                Topology matters. [AG-2025.02-1258]
                reports so. It always fails
                [unsupported]

                It says [no such source] more
                [unsupported]

                • one item that is long enough to wrap
                • 暗黒物質の探索は続く暗黒物質の探索は続
                  く暗黒物質の探索は続く

                Notice: the model did not answer; this
                text was composed from the sources

                Sources · 1

                 64%  physics.data-an
                      Enhancing anomaly detection with
                      topology-aware autoencoders
                      AG-2025.02-1258 (summary)

                Keep exploring

                • Could topological constraints prevent
                  loss smoothing from flattening anomaly
                  separation in high-dimensional data?

                Two more were left out: the archive
                can't answer them.

                This is a research aid — not a peer
                review. Verify sources before citing.
            "#]],
        );
    }

    #[test]
    fn none_with_a_shortfall_of_follow_ups() {
        check(
            &sample::none(),
            PLAIN,
            expect![[r#"
                Antigravity Q&A

                What is the best fertiliser for tomatoes?

                Answered by the archive itself (extractive) · 3 May 2026

                Answer

                The archive holds nothing on fertiliser or tomatoes.

                Nearest sources · 2

                - 4% · cs.LG · Symmetry Breaking in Transformers · AG-2026.01-998
                - −2% · Tiny · AG-2026.04-892

                Keep exploring

                The archive can't answer a question near to this one.

                This is a research aid — not a peer review. Verify sources before citing.
            "#]],
        );
        check(
            &sample::none(),
            narrow(60),
            expect![[r#"
                Antigravity Q&A

                What is the best fertiliser for tomatoes?

                Answered by the archive itself (extractive) · 3 May 2026

                Answer

                The archive holds nothing on fertiliser or tomatoes.

                Nearest sources · 2

                  4%  cs.LG  Symmetry Breaking in Transformers
                             AG-2026.01-998
                 −2%         Tiny AG-2026.04-892

                Keep exploring

                The archive can't answer a question near to this one.

                This is a research aid — not a peer review. Verify sources
                before citing.
            "#]],
        );
    }

    #[test]
    fn nothing_from_elsewhere_reaches_the_terminal_as_a_command() {
        let mut answer = sample::full();
        let hostile = "a\u{1b}]0;title\u{7}\u{9b}2Jb";
        answer.question = hostile.into();
        answer.markdown = hostile.into();
        answer.disclaimer = hostile.into();
        answer.answered_by = hostile.into();
        answer.follow_ups[0].question = hostile.into();
        answer.sources[0].title = hostile.into();
        answer.sources[0].primary_category = hostile.into();
        for canvas in [PLAIN, narrow(40)] {
            let page = page(&answer, canvas);
            assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{page:?}");
        }
    }

    #[test]
    fn the_neighbours_of_a_preprint_have_a_head_too() {
        assert_eq!(asked("Why?", "AG-2026.03-1712"), "Why?");
        assert_eq!(asked("", "AG-2026.03-1712"), "What is near to AG-2026.03-1712?");
    }

    #[test]
    fn dates_are_written_in_utc() {
        for (seconds, expected) in [(1_777_766_399, "Answered by m · 2 May 2026"), (1_777_766_400, "Answered by m · 3 May 2026")] {
            assert_eq!(answered_by("m", Timestamp::new(seconds, 0).ok()), expected);
        }
        assert_eq!(answered_by("m", None), "Answered by m");
    }
}
