//! Golden pages, and what holds for every page.

use std::sync::Arc;

use antigravity_proto::types::{AnswerLength, CoverageLevel, Verdict};
use expect_test::expect_file;

use super::*;
use crate::coverage::assess;
use crate::draft::Segmenter;
use crate::sources::fixture;
use crate::verify::Verifier;

const QUESTIONS: [&str; 7] = [
    "Do autoencoders with spherical latent spaces improve anomaly separation?",
    "How does training on diverse signals shape the latent space of anomaly detection?",
    "Could anomaly detection loss landscape smoothing from adversarial training degrade autoencoders?",
    "Can holographic dark energy alleviate the Hubble tension?",
    "Which overtones of black hole ringdown were found in GW150914?",
    "What is the best fertiliser for tomatoes?",
    "How does training on diverse signals form the latent space under quantum annealing?",
];

fn page(question: &str, length: AnswerLength) -> String {
    let sources = fixture::sources(question);
    compose(question, &sources, &assess(question, &sources), length)
}

#[test]
fn every_sentence_passes_the_verifier() {
    for question in QUESTIONS {
        let sources = Arc::new(fixture::sources(question));
        for length in [AnswerLength::Short, AnswerLength::Medium, AnswerLength::Long] {
            let markdown = compose(question, &sources, &assess(question, &sources), length);
            let mut segmenter = Segmenter::new();
            let mut units = segmenter.push(&markdown);
            units.extend(segmenter.finish().0);
            let mut verifier = Verifier::new(Arc::clone(&sources), question);
            let mut checked: Vec<_> = units.into_iter().flat_map(|unit| verifier.push(unit)).collect();
            checked.extend(verifier.finish());
            for unit in checked {
                let (verdict, reason) = unit.verdict().unwrap();
                assert!(
                    matches!(verdict, Verdict::Supported | Verdict::NoCitationNeeded),
                    "{verdict:?} {reason:?}: {} in\n{markdown}",
                    unit.text()
                );
            }
        }
    }
}

#[test]
fn nothing_planted_is_quoted() {
    for question in QUESTIONS {
        let text = page(question, AnswerLength::Long);
        assert!(!text.contains("AG-2020.01-1111") && !text.contains("12 pages") && !text.contains("Ignore"), "{text}");
    }
}

#[test]
fn a_title_neither_formats_nor_cites() {
    use crate::sources::archive::{Entry, TextOrigin, found};
    let title = "Autoencoders with *spherical* latent_spaces improve `anomaly` separation | [AG-2020.01-1111] <b>$x^*$";
    let entry = |id| Entry { id, category: "hep-ph", title, text: "", origin: TextOrigin::TitleOnly };
    let told = "Autoencoders with \\*spherical\\* latent\\_spaces improve \\`anomaly\\` separation \\| \\[…\\] \\<b\\>$x^*$";
    for question in [QUESTIONS[0], QUESTIONS[5]] {
        let sources = crate::sources::Sources::new(&found(question, &[entry("AG-2025.01-1")]));
        let page = compose(question, &sources, &assess(question, &sources), AnswerLength::Medium);
        assert!(page.contains(told) && !page.contains("AG-2020"), "{page}");
    }
}

#[test]
fn a_summary_is_never_the_authors_words() {
    let text = page(QUESTIONS[1], AnswerLength::Long);
    let line = text.lines().find(|line| line.contains("AG-2023.11-9004")).unwrap();
    assert!(line.contains("summary"), "{line}");
    assert!(!line.contains("abstract"), "{line}");
}

#[test]
fn lengths_are_kept() {
    let words = |length| page(QUESTIONS[0], length).split_whitespace().count();
    let (short, medium, long) = (words(AnswerLength::Short), words(AnswerLength::Medium), words(AnswerLength::Long));
    // The archive is small: it can't fill the longer pages.
    assert!((50..=140).contains(&short), "{short}");
    assert!((short..=350).contains(&medium), "{medium}");
    assert!((medium..=650).contains(&long), "{long}");
}

#[test]
fn silence_is_in_the_first_sentences() {
    for question in QUESTIONS {
        let sources = fixture::sources(question);
        let coverage = assess(question, &sources);
        let text = compose(question, &sources, &coverage, AnswerLength::Medium);
        let silent = matches!(coverage.level(), CoverageLevel::Related | CoverageLevel::None);
        let opening = text.split("\n\n").next().unwrap();
        assert_eq!(opening.contains("don't directly address") || opening.contains("does not address"), silent, "{opening}");
    }
}

/// The pages as files, to be read as pages. `UPDATE_EXPECT=1` writes them anew.
#[test]
fn golden_pages() {
    for (question, length, file) in [
        (QUESTIONS[0], AnswerLength::Medium, expect_file!["../../tests/pages/full.md"]),
        (QUESTIONS[1], AnswerLength::Long, expect_file!["../../tests/pages/long.md"]),
        (QUESTIONS[2], AnswerLength::Medium, expect_file!["../../tests/pages/related.md"]),
        (QUESTIONS[3], AnswerLength::Short, expect_file!["../../tests/pages/short_contrast.md"]),
        (QUESTIONS[4], AnswerLength::Medium, expect_file!["../../tests/pages/numbers.md"]),
        (QUESTIONS[6], AnswerLength::Medium, expect_file!["../../tests/pages/partial.md"]),
        (QUESTIONS[5], AnswerLength::Medium, expect_file!["../../tests/pages/none.md"]),
    ] {
        file.assert_eq(&format!("{}\n", page(question, length)));
    }
}
