//! Verdicts as a table, and what no text can do.

use std::sync::{Arc, LazyLock};

use antigravity_proto::types::{Block, UnsupportedPolicy, Verdict, VerdictReason};
use antigravity_text::mentions;
use proptest::prelude::*;

use super::*;
use crate::draft::Segmenter;
use crate::sources::fixture;

const QUESTION: &str = "Do autoencoders with a better latent space improve anomaly detection?";

static SOURCES: LazyLock<Arc<Sources>> = LazyLock::new(|| Arc::new(fixture::anomaly()));

fn checked(markdown: &str) -> Vec<Checked> {
    let mut segmenter = Segmenter::new();
    let mut units = segmenter.push(markdown);
    units.extend(segmenter.finish().0);
    let mut verifier = Verifier::new(Arc::clone(&SOURCES), QUESTION);
    let mut checked: Vec<Checked> = units.into_iter().flat_map(|unit| verifier.push(unit)).collect();
    checked.extend(verifier.finish());
    checked
}

#[test]
fn verdicts() {
    use Verdict::{Inference, NoCitationNeeded, PartlySupported, Supported, Unsupported};
    use VerdictReason as Why;
    for (sentence, verdict, reason) in [
        ("Spherical latent spaces improve anomaly separation [AG-2025.02-9001].", Supported, Why::WordsAndNumbersFound),
        (
            "[AG-2025.02-9001] showed that spherical latent spaces reduce spurious reconstruction errors.",
            Supported,
            Why::WordsAndNumbersFound,
        ),
        ("The area under the curve rises to 0.87 [AG-2025.02-9001].", Supported, Why::WordsAndNumbersFound),
        ("The area under the curve rises to 0.97 [AG-2025.02-9001].", Unsupported, Why::NumberNotFound),
        ("The gain is “$2.4\\sigma$ over a background-only baseline” [AG-2026.01-9003].", Supported, Why::Quotation),
        ("Anomaly detection cures baldness in hamsters overnight [AG-2025.02-9001].", Unsupported, Why::WordsNotFound),
        ("Spherical latent spaces improve anomaly separation.", Unsupported, Why::NoCitation),
        ("Spherical latent spaces improve anomaly separation [AG-2025.02-9002].", Unsupported, Why::NoSuchSource),
        (
            "[AG-2024.05-9002] found that untunable hyperparameters affect the sensitivity of anomaly detection methods.",
            PartlySupported,
            Why::StudyToldAsFinding,
        ),
        (
            "[AG-2024.05-9002] studies the sensitivity of anomaly detection methods to untunable hyperparameters.",
            Supported,
            Why::WordsAndNumbersFound,
        ),
        (
            "Models with the Hubble scale as the infrared cutoff can alleviate the tension [AG-2025.07-9005].",
            PartlySupported,
            Why::PolarityDiffers,
        ),
        ("Spherical latent spaces improve CMS anomaly separation [AG-2025.02-9001].", PartlySupported, Why::NameNotFound),
        ("Spherical latent spaces improve anomaly separation at CERN [AG-2025.02-9001].", PartlySupported, Why::NameNotFound),
        ("Spherical latent spaces improve anomaly separation in Spitzer data [AG-2025.02-9001].", PartlySupported, Why::NameNotFound),
        ("Spherical latent spaces do not improve anomaly separation [AG-2025.02-9001].", PartlySupported, Why::PolarityDiffers),
        ("The area under the curve rises to [97] percent [AG-2025.02-9001].", Unsupported, Why::NumberNotFound),
        (
            "Anomaly separation proves that dark matter consists of primordial axions [AG-2025.02-9001].",
            PartlySupported,
            Why::WordsNotFound,
        ),
        ("Overtones of the ringdown carry the spin of the remnant black hole [AG-2025.02-9001].", Unsupported, Why::OtherSourceFitsBetter),
        (
            "[AG-2025.02-9001] improves anomaly separation, suggesting that careless smoothing might hurt elsewhere.",
            Inference,
            Why::HedgedConclusion,
        ),
        ("[AG-2025.02-9001] does not discuss quantum annealers or hardware noise.", NoCitationNeeded, Why::NoteOnSilence),
        ("The literature agrees that the Hubble tension is solved.", Unsupported, Why::NoCitation),
        ("The abstracts show a 5-sigma excess in diphotons.", Unsupported, Why::NoCitation),
        ("The question of dark matter is settled by axions.", Unsupported, Why::NoCitation),
        ("The archive proves that autoencoders improve anomaly detection.", Unsupported, Why::NoCitation),
        ("The preprints don't discuss tomatoes, but axions make up dark matter.", Unsupported, Why::NoCitation),
        ("The preprints don't discuss tomatoes, and they do not test beans.", NoCitationNeeded, Why::NoteOnSilence),
        ("Your question asks whether autoencoders improve.", NoCitationNeeded, Why::QuestionRestated),
        ("That said, here is what the literature does show:", NoCitationNeeded, Why::Transition),
        ("# Latent spaces win", NoCitationNeeded, Why::Heading),
        ("---", NoCitationNeeded, Why::Heading),
        ("## A gain of $2.4\\sigma$", NoCitationNeeded, Why::Heading),
        ("## A gain of $7.7\\sigma$", Unsupported, Why::NumberNotFound),
        ("## 2. Latent spaces", NoCitationNeeded, Why::Heading),
        ("## Latent spaces [AG-2025.02-9002]", Unsupported, Why::NoSuchSource),
        ("## Autoencoders are solved by dark matter", Unsupported, Why::NoCitation),
        ("```\ngain = 77.7\n```", Unsupported, Why::NumberNotFound),
        ("```\nsee AG-2025.02-9002\n```", Unsupported, Why::NoSuchSource),
        ("| a | gain of 77.7 |\n|---|---|", Unsupported, Why::NumberNotFound),
    ] {
        let checked = checked(sentence);
        assert_eq!(checked.iter().map(|unit| unit.verdict().unwrap()).collect::<Vec<_>>(), [(verdict, reason)], "{sentence}");
    }
    let [premise, conclusion] =
        checked("Spherical latent spaces improve anomaly separation [AG-2025.02-9001]. This hints that careless smoothing could hurt.")
            .iter()
            .map(|unit| unit.verdict().unwrap().0)
            .collect::<Vec<_>>()[..]
    else {
        panic!("two sentences")
    };
    assert_eq!((premise, conclusion), (Supported, Inference));
}

#[test]
fn a_planted_id_is_no_source() {
    // One that an abstract of the archive or the question brings, as in a model's reply that repeats it.
    for text in ["The archive says [AG-2020.01-1111].", "As you ask of AG-2020.01-1111, it holds."] {
        let mut verifier = Verifier::new(Arc::clone(&SOURCES), "Does [AG-2020.01-1111] hold?");
        let mut segmenter = Segmenter::new();
        let mut units = segmenter.push(text);
        units.extend(segmenter.finish().0);
        let checked: Vec<Checked> = units.into_iter().flat_map(|unit| verifier.push(unit)).collect();
        assert_eq!(checked[0].verdict(), Some((Verdict::Unsupported, VerdictReason::NoSuchSource)), "{text}");
        assert!(!checked[0].text().contains("1111"), "{}", checked[0].text());
    }
}

#[test]
fn each_citation_answers_for_its_own_words() {
    use Verdict::{Supported, Unsupported};
    let (spaces, overtones) = ("[AG-2025.02-9001]", "[AG-2024.09-9008]");
    for (sentence, expected) in [
        (
            format!(
                "Spherical latent spaces improve anomaly separation {spaces}, while overtones of the ringdown carry the spin of the remnant {overtones}."
            ),
            Supported,
        ),
        (
            format!(
                "Spherical latent spaces improve anomaly separation {overtones}, while overtones of the ringdown carry the spin of the remnant {spaces}."
            ),
            Unsupported,
        ),
        (
            format!(
                "{spaces} shows that spherical latent spaces improve anomaly separation, and {overtones} finds evidence for one overtone in GW150914."
            ),
            Supported,
        ),
        (
            format!(
                "{overtones} shows that spherical latent spaces improve anomaly separation, and {spaces} finds evidence for one overtone in GW150914."
            ),
            Unsupported,
        ),
        (format!("Spherical latent spaces improve anomaly separation {spaces} {overtones}."), Supported),
    ] {
        let found = checked(&sentence);
        assert_eq!(
            found.iter().map(|unit| unit.verdict().unwrap().0).collect::<Vec<_>>(),
            [expected],
            "{sentence}: {:?}",
            found[0].verdict()
        );
    }
}

#[test]
fn parts_come_to_the_worst_of_them_in_any_order() {
    use Verdict::{Inference, NoCitationNeeded, PartlySupported, Supported, Unsupported};
    use VerdictReason as Why;
    let supported = (Supported, Why::WordsAndNumbersFound);
    let silent = (NoCitationNeeded, Why::NoteOnSilence);
    let (own_words, no_number) = ((Unsupported, Why::WordsNotFound), (Unsupported, Why::NumberNotFound));
    for (parts, expected) in [
        (vec![supported, silent], supported),
        (vec![supported, own_words], (PartlySupported, Why::WordsNotFound)),
        (vec![supported, own_words, no_number], no_number),
        (vec![silent, own_words], own_words),
        (vec![supported, (Inference, Why::HedgedConclusion)], (Inference, Why::HedgedConclusion)),
        (vec![silent, silent], silent),
    ] {
        for turn in 0..parts.len() {
            let mut turned = parts.clone();
            turned.rotate_left(turn);
            assert_eq!(together(turned.iter().copied()), expected, "{turned:?}");
            turned.reverse();
            assert_eq!(together(turned.iter().copied()), expected, "{turned:?}");
        }
    }
}

#[test]
fn what_a_second_judge_may_decide_is_what_words_decided() {
    for (sentence, open) in [
        ("Spherical latent spaces improve anomaly separation [AG-2025.02-9001].", true),
        ("Autoencoders “cure the anomaly of the latent space for good” [AG-2025.02-9001].", false),
        ("The area under the curve rises to 0.97 [AG-2025.02-9001].", false),
        ("Spherical latent spaces improve anomaly separation.", false),
    ] {
        let found = checked(sentence);
        assert_eq!(found[0].finding.as_ref().map(|finding| finding.by_words), Some(open), "{sentence}: {:?}", found[0].verdict());
    }
}

#[test]
fn numbers_must_stand_where_the_claim_is_told_and_bound_from_the_same_side() {
    use crate::sources::archive::{Entry, TextOrigin, found};
    const SUPPORTED: (Verdict, VerdictReason) = (Verdict::Supported, VerdictReason::WordsAndNumbersFound);
    const MISSING: (Verdict, VerdictReason) = (Verdict::Unsupported, VerdictReason::NumberNotFound);
    // The claim's only words are common ones, which say little: known, and no fault of the number.
    const WEAK: (Verdict, VerdictReason) = (Verdict::PartlySupported, VerdictReason::WordsNotFound);
    let text = "We measure the mass of the new boson. Its mass is below 3.5 TeV at 95\\% confidence. The cross section is $2.4 \\times 10^{-3}$ pb. We use a \
                shift of $-0.7$ in the detector alignment of 12 chambers.";
    for (claim, expected) in [
        ("The boson mass is below 3.5 TeV", SUPPORTED),
        ("The boson mass is less than $3.5$ TeV", SUPPORTED),
        ("The boson mass is above 3.5 TeV", MISSING),
        ("The boson mass is below 3.5 GeV", MISSING),
        ("The boson mass is below 35 TeV", MISSING),
        ("The boson mass is below 12 TeV", MISSING),
        ("The cross section is 2.4e-3 pb", WEAK),
        ("The cross section is $2.4\\times10^{-2}$ pb", MISSING),
        ("The detector alignment has a shift of -0.7", SUPPORTED),
        ("The detector alignment has a shift of 0.7", MISSING),
        ("The mass limit has 95 % confidence", SUPPORTED),
        ("The mass limit has 95 confidence", MISSING),
    ] {
        let entry = Entry { id: "AG-2025.01-1", category: "hep-ex", title: "A New Boson", text, origin: TextOrigin::Authors };
        let mut verifier = Verifier::new(Arc::new(Sources::new(&found(QUESTION, &[entry]))), QUESTION);
        let mut segmenter = Segmenter::new();
        let mut units = segmenter.push(&format!("{claim} [AG-2025.01-1]."));
        units.extend(segmenter.finish().0);
        let found: Vec<_> = units.into_iter().flat_map(|unit| verifier.push(unit)).map(|unit| unit.verdict().unwrap()).collect();
        assert_eq!(found, [expected], "{claim}");
    }
}

#[test]
fn a_hedge_saves_nothing_that_has_no_premise() {
    for sentence in [
        // The premise is another source's.
        "Overtones of the ringdown carry the spin of the remnant, which suggests that black holes may rotate [AG-2025.02-9001].",
        // A new number, a new name.
        "[AG-2025.02-9001] improves anomaly separation, suggesting that it might gain a factor of 17.",
        "[AG-2025.02-9001] improves anomaly separation, suggesting that it might help at the Tevatron.",
        // No premise at all.
        "Tomatoes might perhaps cure baldness [AG-2025.02-9001].",
    ] {
        let found = checked(sentence);
        let verdict = found[0].verdict().unwrap();
        assert!(matches!(verdict.0, Verdict::PartlySupported | Verdict::Unsupported), "{sentence}: {verdict:?}");
    }
}

#[test]
fn what_was_known_before_is_no_finding_either() {
    use crate::sources::archive::{Entry, TextOrigin, found};
    let claim = |told: &str| format!("[AG-2025.01-1] {told} the sensitivity of lattice simulations to the boundary conditions.");
    let known = "Lattice simulations are often limited, since their sensitivity to boundary conditions has been compared nowhere. The authors vary these \
                 conditions in four codes. They propose a test of stability.";
    let measured = "Lattice simulations are often limited. The authors vary boundary conditions in four codes. We find that the sensitivity of lattice \
                    simulations to boundary conditions is small.";
    for (text, told, expected) in [
        (known, "showed", VerdictReason::StudyToldAsFinding),
        (known, "discusses", VerdictReason::WordsAndNumbersFound),
        (measured, "showed", VerdictReason::WordsAndNumbersFound),
    ] {
        let entry = Entry { id: "AG-2025.01-1", category: "hep-lat", title: "Boundary Conditions", text, origin: TextOrigin::Summary };
        let mut verifier = Verifier::new(Arc::new(Sources::new(&found(QUESTION, &[entry]))), QUESTION);
        let mut segmenter = Segmenter::new();
        let mut units = segmenter.push(&claim(told));
        units.extend(segmenter.finish().0);
        let reasons: Vec<VerdictReason> =
            units.into_iter().flat_map(|unit| verifier.push(unit)).map(|unit| unit.verdict().unwrap().1).collect();
        assert_eq!(reasons, [expected], "{told}: {text}");
    }
}

#[test]
fn citations_reach_through_their_paragraph_and_no_further() {
    let verdicts = |text: &str| checked(text).iter().map(|unit| unit.verdict().unwrap().0).collect::<Vec<_>>();
    let claim = "Spherical latent spaces improve anomaly separation";
    assert_eq!(
        verdicts(&format!("{claim} [AG-2025.02-9001]. The reconstruction errors are reduced.")),
        [Verdict::Supported, Verdict::Supported]
    );
    assert_eq!(
        verdicts(&format!("{claim} [AG-2025.02-9001].\n\nThe reconstruction errors are reduced.")),
        [Verdict::Supported, Verdict::Unsupported]
    );
    assert_eq!(
        verdicts(&format!("**{claim}.** [AG-2025.02-9001] shows reduced reconstruction errors.")),
        [Verdict::Supported, Verdict::Supported]
    );
    assert_eq!(
        verdicts(&format!("{claim}.\n\n[AG-2025.02-9001] shows reduced reconstruction errors.")),
        [Verdict::Unsupported, Verdict::Supported]
    );
}

#[test]
fn a_heading_that_states_something_stands_on_the_sentence_below() {
    let verdicts = |text: &str| checked(text).iter().map(|unit| unit.verdict().unwrap().0).collect::<Vec<_>>();
    let (heading, told) =
        ("## Spherical latent spaces are found to improve anomaly separation", "[AG-2025.02-9001] shows reduced reconstruction errors.");
    assert_eq!(verdicts(&format!("{heading}\n\n{told}")), [Verdict::Supported, Verdict::Supported]);
    assert_eq!(verdicts(&format!("{heading}\n\n**Spherical latent spaces.** {told}")), [Verdict::Supported; 3]);
    assert_eq!(
        verdicts(&format!("{heading}\n\nTomatoes cure baldness.\n\n{told}")),
        [Verdict::Unsupported, Verdict::Unsupported, Verdict::Supported]
    );
    assert_eq!(verdicts(&format!("{heading}\n\n---\n\n{told}")), [Verdict::Unsupported, Verdict::NoCitationNeeded, Verdict::Supported]);
}

#[test]
fn marks_leave_code_and_tables_whole() {
    let (marked, _) = released(checked("```\nx = 77.7\n```\n\n| a | gain of 77.7 |\n|---|---|\n| b | c |"), UnsupportedPolicy::Mark);
    assert!(marked.starts_with("```\nx = 77.7\n```\n\n[unsupported]\n\n| a | gain of 77.7 [unsupported] |\n|---|---|\n| b |"), "{marked}");
}

#[test]
fn evidence_is_what_stands_in_the_source() {
    let found = checked("Spherical latent spaces improve anomaly separation [AG-2025.02-9001].");
    let evidence = &found[0].finding.as_ref().unwrap().evidence[0];
    let span = evidence.span.as_ref().unwrap();
    assert!(evidence.text.starts_with("Our results show"), "{evidence:?}");
    let source = SOURCES.get(&evidence.preprint_id.parse().unwrap()).unwrap();
    assert_eq!(source.abstract_text.get(span.start as usize..span.end as usize), Some(evidence.text.as_str()));
}

fn released(checked: Vec<Checked>, policy: UnsupportedPolicy) -> (String, Vec<antigravity_proto::types::Claim>) {
    let ids = SOURCES.list.iter().map(|source| source.id.clone()).collect();
    let mut release = Release::new(policy, ids);
    let blocks: Vec<Block> = checked.into_iter().filter_map(|unit| release.admit(unit)).map(Block::from).collect();
    (blocks.iter().map(|block| block.markdown.as_str()).collect(), blocks.into_iter().flat_map(|block| block.claims).collect())
}

#[test]
fn marks_stand_where_they_are_seen_and_drops_keep_paragraphs_apart() {
    let text = "Tomatoes cure baldness.\n\n| a | b |\n|---|---|\n| x | all is lost [AG-1999.01-1] |\n\n- tomatoes cure baldness\n\nBaldness cures tomatoes.\n\n# End";
    let (marked, claims) = released(checked(text), UnsupportedPolicy::Mark);
    assert!(
        marked.contains("Tomatoes cure baldness. [unsupported]\n\n") && marked.contains("[no such source] [unsupported] |\n"),
        "{marked}"
    );
    assert!(claims.iter().all(|claim| !claim.text.contains("[unsupported]")));
    let (dropped, _) = released(
        checked("The archive has research.\n\nTomatoes cure baldness. Baldness cures tomatoes.\n\n# End"),
        UnsupportedPolicy::Drop,
    );
    assert_eq!(dropped, "The archive has research.\n\n# End");
}

proptest! {
    #[test]
    fn no_invented_id_and_no_wrong_span_is_released(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("[AG-2025.02-9001]"), Just("[AG-2025.02-9002]"), Just("AG-2025.02-9001"), Just("AG"), Just("-"), Just("- "), Just("2025.02"),
                Just("9001"), Just("["), Just("]"), Just("【"), Just("】"), Just(" "), Just("\n"), Just("\n\n"), Just(". "), Just("ag–2025.02–9001"),
                Just("AG-2025.02-09001"), Just("[AG-2025.02-9001, AG-2024.05-9002]"), Just("Latent spaces help"), Just("| "), Just("```"), Just("$"),
                Just("[AG-2025.02-9001](http://x)"), Just("AG-2025.02-90"), Just("01"), Just("\u{200B}"), Just("ＡＧ－２０２５．０２－９９９９"), Just("3 x"),
            ],
            0..24,
        ),
        policy in prop_oneof![Just(UnsupportedPolicy::Mark), Just(UnsupportedPolicy::Drop)],
    ) {
        let (markdown, claims) = released(checked(&pieces.concat()), policy);
        for mention in mentions(&markdown) {
            prop_assert!(mention.id.as_ref().is_some_and(|id| SOURCES.get(id).is_some()), "{:?} in {:?}", mention, markdown);
        }
        for claim in claims {
            let span = claim.span.unwrap();
            prop_assert_eq!(markdown.get(span.start as usize..span.end as usize), Some(claim.text.as_str()));
        }
    }
}
