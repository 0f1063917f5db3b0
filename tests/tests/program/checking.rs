//! A text from elsewhere held against the archive, and the check itself and the citations of answers measured.

use expect_test::expect;
use tempfile::TempDir;

use antigravity_proto::gateway::v1::CheckGroundingResponse;
use antigravity_proto::json::from_json;

use crate::run::{antigravity, file, over, run};

fn indexed() -> TempDir {
    let data = TempDir::new().unwrap();
    over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    data
}

#[test]
fn a_text_is_checked_claim_by_claim() {
    let data = indexed();
    let review = file("review.md");
    let page = over(data.path(), &["check", review.to_str().unwrap()]).well();
    expect![[r#"
        1 of 7 claims that need support have it: 1 supported, 1 partly supported, 5 unsupported.

        unsupported: a number of it is not in the cited text, or not where that speaks of it
          Pendulum clocks on a shared shelf end in antiphase in 37 of 40 pairs [AG-2024.01-101].
          > AG-2024.01-101 “Two pendulum clocks that share a wooden shelf pull each other into step.”
          > AG-2024.01-101 “We find that 37 pairs end in antiphase, and that the time to synchronise grows with the stiffness of the shelf.”

        partly supported: it says the opposite of the cited text
          The time to synchronise falls with the stiffness of the shelf [AG-2024.01-101].
          > AG-2024.01-101 “We find that 37 pairs end in antiphase, and that the time to synchronise grows with the stiffness of the shelf.”
          > AG-2024.01-101 “Two pendulum clocks that share a wooden shelf pull each other into step.”

        supported
          The time to synchronise grows with the stiffness of the shelf [AG-2024.01-101].
          > AG-2024.01-101 “We find that 37 pairs end in antiphase, and that the time to synchronise grows with the stiffness of the shelf.”
          > AG-2024.01-101 “Two pendulum clocks that share a wooden shelf pull each other into step.”

        unsupported: a number of it is not in the cited text, or not where that speaks of it
          - Metronomes on a light board fall into step within 5 minutes [AG-2024.02-102].
          > AG-2024.02-102 “With a light board five metronomes fall into step within two minutes.”
          > AG-2024.02-102 “Metronomes on a board that rolls on two cans are a cheap model of coupled oscillators.”

        unsupported: a number of it is not in the cited text, or not where that speaks of it
          - A heavy board delays synchronisation [AG-2024.02-102], and oak shelves are 1.6 times as stiff as pine shelves [AG-2024.01-101].
          > AG-2024.02-102 “A heavy board delays synchronisation, and above 4 kg it does not occur.”
          > AG-2024.02-102 “Metronomes on a board that rolls on two cans are a cheap model of coupled oscillators.”
          > AG-2024.01-101 “We find that 37 pairs end in antiphase, and that the time to synchronise grows with the stiffness of the shelf.”

        unsupported: it cites an id that no source has
          - Clocks tick faster at sea [AG-2019.01-77].

        no citation needed: it says what the archive doesn’t hold
          The archive has no work on sand clocks.

        unsupported: it claims something and cites nothing
          All clocks agree in the end.
    "#]]
    .assert_eq(&page);

    let text = std::fs::read(&review).unwrap();
    let piped = run(antigravity(data.path(), &["check", "-"]), Some(&text)).well();
    assert_eq!(piped, page, "standard input is a file as well");

    let json = over(data.path(), &["check", "--json", review.to_str().unwrap()]).well();
    let checked: CheckGroundingResponse = from_json(&json).unwrap();
    let text = String::from_utf8(text).unwrap();
    for claim in &checked.claims {
        let span = claim.span.as_ref().unwrap();
        assert_eq!(text.get(span.start as usize..span.end as usize), Some(claim.text.as_str()));
    }
    assert!(checked.support > 0.0 && checked.support < 1.0, "{}", checked.support);
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let data = indexed();
    for (input, part) in [(" ".to_owned(), "empty"), ("x".repeat(20_001), "20001")] {
        let printed = run(antigravity(data.path(), &["check", "-"]), Some(input.as_bytes()));
        assert_eq!((printed.code, printed.out.as_str()), (Some(64), ""), "{}", printed.err);
        assert!(printed.err.contains(part) && printed.err.contains("ARGUMENT_INVALID"), "{}", printed.err);
    }
    let printed = over(data.path(), &["check", "/no/such.md"]);
    assert!(printed.code == Some(1) && printed.err.contains("/no/such.md"), "{}", printed.err);
}

#[test]
fn the_check_is_measured_on_claims() {
    let folder = TempDir::new().unwrap();
    let claims = folder.path().join("claims.jsonl");
    let evidence =
        "We find that 37 pairs of clocks end in antiphase, and that the time to synchronise grows with the stiffness of the shelf.";
    let line = |claim: &str, label: &str| serde_json::json!({"claim": claim, "evidence": [evidence], "label": label}).to_string();
    let lines = [
        line("The time to synchronise grows with the stiffness of the shelf.", "attributable"),
        line("37 pairs of clocks end in antiphase.", "attributable"),
        line("39 pairs of clocks end in antiphase.", "not attributable"),
        line("Fireflies of one meadow flash on warm nights.", "not attributable"),
    ];
    std::fs::write(&claims, lines.join("\n")).unwrap();
    let verdicts = folder.path().join("verdicts.jsonl");
    let arguments = ["evaluate", "grounding", claims.to_str().unwrap(), "--json", "--verdicts", verdicts.to_str().unwrap()];
    let report: serde_json::Value = serde_json::from_str(&over(folder.path(), &arguments).well()).unwrap();
    for key in ["precision", "recall", "f1", "auc", "recall@5%", "recall@10%"] {
        for part in ["value", "low", "high", "n"] {
            assert!(report[key][part].is_number(), "{key}.{part}: {report:#}");
        }
        assert_eq!(report[key]["value"], 1.0, "{key}: {report:#}");
    }
    let told = std::fs::read_to_string(verdicts).unwrap();
    assert!(told.lines().count() == 4 && told.contains("NUMBER_NOT_FOUND"), "{told}");
}

#[test]
fn citations_of_answers_are_measured() {
    let data = indexed();
    let answer = over(data.path(), &["ask", "--json", "When do pendulum clocks on one shelf synchronise?"]).well();
    let answers = data.path().join("answers.jsonl");
    let one_line: serde_json::Value = serde_json::from_str(&answer).unwrap();
    std::fs::write(&answers, one_line.to_string()).unwrap();
    let measured = |path: &str| -> serde_json::Value {
        serde_json::from_str(&over(data.path(), &["evaluate", "citations", "--json", path]).well()).unwrap()
    };
    let own = measured(answers.to_str().unwrap());
    assert_eq!((&own["answers"], &own["invalid_ids"]), (&1.into(), &0.into()), "{own:#}");
    assert_eq!(own["claim_coverage"]["value"], 1.0, "{own:#}");
    let review = measured(file("review.md").to_str().unwrap());
    assert_eq!(review["invalid_ids"], 1, "{review:#}");
    assert!(review["citation_recall"]["value"].as_f64().unwrap() < 1.0, "{review:#}");
}

#[test]
fn coverage_is_measured_on_questions_of_which_it_is_known() {
    let data = indexed();
    let [questions, verdicts, answers] = ["questions.jsonl", "verdicts.jsonl", "answers.jsonl"].map(|name| data.path().join(name));
    let line = |question: &str, expected: &str| serde_json::json!({"question": question, "expected": expected}).to_string();
    let lines = [line("When do pendulum clocks on one shelf synchronise?", "full"), line("How are sonnets rhymed?", "none")];
    std::fs::write(&questions, lines.join("\n")).unwrap();
    let [questions, verdicts, answers] = [&questions, &verdicts, &answers].map(|path| path.to_str().unwrap());
    let arguments = ["evaluate", "coverage", questions, "--json", "--verdicts", verdicts, "--answers", answers];
    let report: serde_json::Value = serde_json::from_str(&over(data.path(), &arguments).well()).unwrap();
    for (key, value) in [("silence_precision", 1.0), ("silence_recall", 1.0), ("over_refusal", 0.0), ("overreach", 0.0)] {
        assert_eq!((&report[key]["value"], &report[key]["n"]), (&value.into(), &1.into()), "{key}: {report:#}");
    }
    assert_eq!((&report["confusion"]["none"]["none"], &report["unsaid"]), (&1.into(), &0.into()), "{report:#}");
    let told = std::fs::read_to_string(verdicts).unwrap();
    assert!(told.lines().count() == 2 && told.contains("OUTSIDE_ARCHIVE"), "{told}");
    let cited: serde_json::Value = serde_json::from_str(&over(data.path(), &["evaluate", "citations", "--json", answers]).well()).unwrap();
    assert_eq!((&cited["answers"], &cited["invalid_ids"]), (&2.into(), &0.into()), "{cited:#}");
}
