//! How good the questions to go on with are, as a table and as JSON. What can be judged by their words is judged here; whether the archive can answer
//! them was found out by asking it.

mod form;
mod set;

use std::fmt::Write as _;

use antigravity_proto::types::{CoverageLevel, FollowUp};
use antigravity_text::stems;
use serde_json::{Value, json};

use super::{
    grounding::shown,
    statistics::{Estimate, SAMPLES, SEED},
};

pub(crate) use set::QuestionList;

/// How many an answer offers when the archive has them.
const WANTED: usize = 3;

/// Two questions are the same to a reader when they share this much of their content words (stems in both / stems in either). The gateway offers none
/// that are; this counts those of any server.
const SAME: f64 = 0.75;

/// What an answer offered.
#[derive(Debug)]
pub(crate) struct Offered {
    /// The question that was asked.
    pub(crate) question: String,
    /// The follow-ups, each with how far the archive reached into it when it was asked itself.
    pub(crate) follow_ups: Vec<(FollowUp, CoverageLevel)>,
}

/// All figures.
#[derive(Debug)]
pub(crate) struct FollowUpReport {
    set: String,
    questions: usize,
    offered: usize,
    /// By name, in the order of the table. Of follow-ups, but the last two, which are of answers.
    figures: Vec<(&'static str, Estimate)>,
}

impl FollowUpReport {
    /// Judges what was offered. Intervals are over questions, drawn anew with all that was offered after each.
    pub(crate) fn new(set: &str, answers: &[Offered]) -> Self {
        let share = |holds: &dyn Fn(&(FollowUp, CoverageLevel)) -> bool| {
            let counts: Vec<(usize, usize)> = answers
                .iter()
                .map(|answer| (answer.follow_ups.iter().filter(|offered| holds(offered)).count(), answer.follow_ups.len()))
                .collect();
            ratio(&counts)
        };
        let of_answers = |holds: &dyn Fn(&Offered) -> bool| {
            let counts: Vec<(usize, usize)> = answers.iter().map(|answer| (usize::from(holds(answer)), 1)).collect();
            ratio(&counts)
        };
        let figures = vec![
            ("answerable", share(&|(_, level)| matches!(level, CoverageLevel::Full | CoverageLevel::Partial))),
            ("fully_answerable", share(&|(_, level)| *level == CoverageLevel::Full)),
            ("kinds", share(&|(offered, _)| form::kind(&offered.question).is_some())),
            ("as_called", share(&|(offered, _)| form::kind(&offered.question) == Some(offered.kind()))),
            ("standalone", share(&|(offered, _)| form::is_standalone(&offered.question))),
            ("short", share(&|(offered, _)| form::is_short(&offered.question))),
            ("distinct", of_answers(&is_distinct)),
            ("three_kinds", of_answers(&has_three_kinds)),
        ];
        let offered = answers.iter().map(|answer| answer.follow_ups.len()).sum();
        Self { set: set.to_owned(), questions: answers.len(), offered, figures }
    }

    /// For machines. The shape is told in `docs/evaluation-follow-ups.md`.
    pub(crate) fn json(&self) -> Value {
        let mut whole = json!({
            "set": self.set,
            "questions": self.questions,
            "follow_ups": self.offered,
            "bootstrap": {"samples": SAMPLES, "seed": SEED},
        });
        for (name, estimate) in &self.figures {
            if let Some(members) = whole.as_object_mut() {
                members.insert((*name).into(), json!(estimate));
            }
        }
        whole
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text =
            format!("{}: {} questions, {} follow-ups of {}\n\n", self.set, self.questions, self.offered, self.questions * WANTED);
        for (name, estimate) in &self.figures {
            let _ = writeln!(text, "{name:<18}{}", shown(estimate));
        }
        let _ = writeln!(text, "\n95 % intervals by bootstrap over questions: {SAMPLES} samples, seed {SEED}");
        text
    }
}

/// Each follow-up as one line of JSON, to be read.
pub(crate) fn lines(answers: &[Offered]) -> String {
    let line = |answer: &Offered, (offered, level): &(FollowUp, CoverageLevel)| {
        let told = |name: &str, prefix: &str| name.strip_prefix(prefix).unwrap_or(name).to_lowercase();
        let (kind, level) = (told(offered.kind().as_str_name(), "FOLLOW_UP_KIND_"), told(level.as_str_name(), "COVERAGE_LEVEL_"));
        format!("{}\n", json!({"question": answer.question, "follow_up": offered.question, "kind": kind, "coverage": level}))
    };
    answers.iter().flat_map(|answer| answer.follow_ups.iter().map(move |offered| line(answer, offered))).collect()
}

/// The share of what holds among what there is, counted per question. Nothing offered: 0.
fn ratio(counts: &[(usize, usize)]) -> Estimate {
    Estimate::of_counts(counts.len(), |drawn| {
        let sum = |part: fn(&(usize, usize)) -> usize| -> f64 {
            counts.iter().zip(drawn).map(|(count, times)| part(count) as f64 * f64::from(*times)).sum()
        };
        let all = sum(|count| count.1);
        if all > 0.0 { sum(|count| count.0) / all } else { 0.0 }
    })
}

/// Three different kinds, by what their words ask for; what the answer calls them doesn't count.
fn has_three_kinds(answer: &Offered) -> bool {
    let mut kinds: Vec<i32> = answer.follow_ups.iter().filter_map(|(offered, _)| form::kind(&offered.question)).map(i32::from).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() == WANTED
}

/// None says again what another one, or the question, says. An answer that offers nothing repeats nothing.
fn is_distinct(answer: &Offered) -> bool {
    let asked = std::iter::once(answer.question.as_str());
    let all: Vec<Vec<String>> = asked.chain(answer.follow_ups.iter().map(|(offered, _)| offered.question.as_str())).map(content).collect();
    all.iter().enumerate().all(|(at, one)| all.iter().skip(at + 1).all(|other| !is_same(one, other)))
}

fn content(question: &str) -> Vec<String> {
    let mut stems = stems(question);
    stems.sort_unstable();
    stems.dedup();
    stems
}

fn is_same(one: &[String], other: &[String]) -> bool {
    let shared = one.iter().filter(|stem| other.contains(stem)).count();
    let either = one.len() + other.len() - shared;
    either > 0 && shared as f64 / either as f64 >= SAME
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::FollowUpKind::{self, Limit, Mechanism, Test};
    use expect_test::expect;

    use super::*;

    fn offered(question: &str, follow_ups: &[(&str, FollowUpKind, CoverageLevel)]) -> Offered {
        let follow_up = |(question, kind, level): &(&str, FollowUpKind, CoverageLevel)| {
            (FollowUp { question: (*question).to_owned(), kind: (*kind).into() }, *level)
        };
        Offered { question: question.to_owned(), follow_ups: follow_ups.iter().map(follow_up).collect() }
    }

    fn answers() -> Vec<Offered> {
        vec![
            offered(
                "Do axions make up dark matter?",
                &[
                    ("How do haloscopes convert axions into photons?", Mechanism, CoverageLevel::Full),
                    ("What limits the tuning range of plasma haloscopes?", Limit, CoverageLevel::Partial),
                    ("Can superconducting cavities reach the QCD axion band?", Test, CoverageLevel::Related),
                ],
            ),
            offered(
                "Why do jets lose energy?",
                &[
                    ("Why do jets lose their energy?", Mechanism, CoverageLevel::Full),
                    ("And what about this effect in it?", Mechanism, CoverageLevel::None),
                ],
            ),
            offered("Which vaccine works against malaria?", &[]),
        ]
    }

    #[test]
    fn the_table() {
        expect![[r#"
            tiny: 3 questions, 5 follow-ups of 9

            answerable        0.600 (0.000–0.667)
            fully_answerable  0.400 (0.000–0.500)
            kinds             0.800 (0.000–1.000)
            as_called         0.800 (0.000–1.000)
            standalone        0.600 (0.000–1.000)
            short             1.000 (0.000–1.000)
            distinct          0.667 (0.000–1.000)
            three_kinds       0.333 (0.000–1.000)

            95 % intervals by bootstrap over questions: 10000 samples, seed 20260301
        "#]]
        .assert_eq(&FollowUpReport::new("tiny", &answers()).table());
    }

    #[test]
    fn each_figure_has_its_interval_and_number() {
        let json = FollowUpReport::new("tiny", &answers()).json();
        for name in ["answerable", "fully_answerable", "kinds", "as_called", "standalone", "short", "distinct", "three_kinds"] {
            for member in ["value", "low", "high", "n"] {
                assert!(json.pointer(&format!("/{name}/{member}")).is_some_and(Value::is_number), "{name}/{member} in {json:#}");
            }
        }
        assert_eq!((json["follow_ups"].as_u64(), json["answerable"]["n"].as_u64()), (Some(5), Some(3)));
    }

    #[test]
    fn a_line_has_what_a_reader_judges_by() {
        let lines = lines(&answers());
        assert_eq!(lines.lines().count(), 5);
        let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let expected = json!({
            "question": "Do axions make up dark matter?",
            "follow_up": "How do haloscopes convert axions into photons?",
            "kind": "mechanism",
            "coverage": "full",
        });
        assert_eq!(first, expected);
    }
}
