//! How truly answers say how far the archive reaches, as a table and as JSON.

use std::fmt::Write as _;

use antigravity_proto::types::CoverageLevel;
use serde_json::{Map, Value, json};

use super::{
    detection::{Detection, Item},
    grounding::shown,
    questions::{LabelledQuestion, QuestionSet},
    silence::{Said, is_silent},
    statistics::{Estimate, SAMPLES, SEED},
};

/// The levels, as lines of a set name them.
const LEVELS: [(&str, CoverageLevel); 4] = [
    ("full", CoverageLevel::Full),
    ("partial", CoverageLevel::Partial),
    ("related", CoverageLevel::Related),
    ("none", CoverageLevel::None),
];

/// Who answered, so that figures can be traced.
#[derive(Debug, Default)]
pub(crate) struct AnsweredBy {
    /// As the answers say it.
    pub(crate) name: String,
    /// The version of the prompt, or of the extractive composer.
    pub(crate) prompt_version: String,
    /// The archive's revision.
    pub(crate) archive_revision: String,
    /// The embedding model.
    pub(crate) embedding_model: String,
}

/// All figures of a set.
#[derive(Debug)]
pub(crate) struct CoverageReport {
    set: String,
    split: &'static str,
    answered_by: AnsweredBy,
    /// Of the answers that state silence, the share to questions that the archive is silent on.
    silence_precision: Estimate,
    /// Of the questions that the archive is silent on, the share whose answer says so.
    silence_recall: Estimate,
    /// Of the questions that it answers, the share whose answer states silence.
    over_refusal: Estimate,
    /// Of the questions that it doesn't answer in full, the share whose answer claims that it does.
    overreach: Estimate,
    /// Of the answers that should call something missing and don't claim to be whole, the share that names a word of what is absent.
    named: Estimate,
    /// Answers whose data state silence and whose opening doesn't.
    unsaid: usize,
    /// How many questions of each expected level, the rows, were judged as each level, in the order of [`LEVELS`].
    confusion: [[usize; 4]; 4],
    /// By kind, in the order of the file.
    kinds: Vec<(String, Figures)>,
}

/// The figures of one kind.
#[derive(Debug)]
struct Figures {
    silent: Estimate,
    full: Estimate,
    right: Estimate,
    named: Estimate,
    /// The share with the reason that the set names. `None`: it names none.
    reason: Option<Estimate>,
}

/// What is reported of each kind, in order.
const COLUMNS: [&str; 5] = ["silent", "full", "right", "named", "reason"];

impl CoverageReport {
    /// Judges what was said, an answer per question in their order.
    pub(crate) fn new(set: &QuestionSet, said: &[Said], answered_by: AnsweredBy) -> Self {
        let judged: Vec<(&LabelledQuestion, &Said)> = set.questions.iter().zip(said).collect();
        let item = |(question, said): &(&LabelledQuestion, &Said)| Item {
            wrong: is_silent(question.expected),
            flagged: said.is_silent(),
            suspicion: f64::from(u8::from(said.is_silent())),
        };
        let silence = Detection::new(judged.iter().map(item).collect());
        let mut confusion = [[0; 4]; 4];
        for (question, said) in &judged {
            let cell = place(question.expected).zip(place(said.level)).and_then(|(row, column)| confusion.get_mut(row)?.get_mut(column));
            cell.into_iter().for_each(|count| *count += 1);
        }
        let kinds = set.kinds().into_iter().map(|kind| {
            let of_kind: Vec<_> = judged.iter().copied().filter(|(question, _)| question.kind == kind).collect();
            (kind.to_owned(), Figures::of(&of_kind))
        });
        Self {
            set: set.name.clone(),
            split: set.split.name(),
            answered_by,
            silence_precision: silence.precision(),
            silence_recall: silence.recall(),
            over_refusal: share(&judged, |(question, _)| question.expected == CoverageLevel::Full, |(_, said)| said.is_silent()),
            overreach: share(
                &judged,
                |(question, _)| question.expected != CoverageLevel::Full,
                |(_, said)| said.level == CoverageLevel::Full,
            ),
            named: named(&judged),
            unsaid: judged.iter().filter(|(_, said)| is_silent(said.level) && !said.opening_says_so).count(),
            confusion,
            kinds: kinds.collect(),
        }
    }

    /// For machines. The shape is told in `docs/evaluation-coverage.md`.
    pub(crate) fn json(&self) -> Value {
        let mut whole: Map<String, Value> =
            self.measures().into_iter().map(|(name, estimate)| (name.replace(' ', "_"), json!(estimate))).collect();
        let row = |counts: &[usize; 4]| -> Value {
            LEVELS.iter().zip(counts).map(|((name, _), count)| ((*name).to_owned(), json!(count))).collect::<Map<_, _>>().into()
        };
        let confusion: Map<String, Value> =
            LEVELS.iter().zip(&self.confusion).map(|((name, _), counts)| ((*name).to_owned(), row(counts))).collect();
        whole.insert("unsaid".into(), json!(self.unsaid));
        whole.insert("confusion".into(), confusion.into());
        let kinds: Map<String, Value> = self.kinds.iter().map(|(name, figures)| (name.clone(), figures.json())).collect();
        whole.insert("kinds".into(), kinds.into());
        whole.insert("set".into(), json!({"name": self.set, "split": self.split}));
        let AnsweredBy { name, prompt_version, archive_revision, embedding_model } = &self.answered_by;
        whole.insert("answered_by".into(), json!({"name": name, "prompt_version": prompt_version}));
        whole.insert("archive".into(), json!({"revision": archive_revision, "embedding_model": embedding_model}));
        whole.insert("bootstrap".into(), json!({"samples": SAMPLES, "seed": SEED}));
        whole.into()
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let questions: usize = self.confusion.iter().flatten().sum();
        let mut text = format!("{}, {}: {questions} questions\nanswered by {}\n\n", self.set, self.split, self.answered_by.name);
        for (name, estimate) in self.measures() {
            let _ = writeln!(text, "{name:<20}{}  n = {}", shown(&estimate), estimate.n);
        }
        let _ = writeln!(text, "{:<20}{}\n", "unsaid", self.unsaid);
        let _ = writeln!(text, "{:<20}{}", "expected", LEVELS.map(|(name, _)| format!("{name:>9}")).concat());
        for ((name, _), counts) in LEVELS.iter().zip(&self.confusion) {
            let _ = writeln!(text, "{name:<20}{}", counts.map(|count| format!("{count:>9}")).concat());
        }
        text.push('\n');
        let mut row = |first: &str, n: &str, cells: Vec<String>| {
            let cells: String = cells.into_iter().map(|cell| format!("  {cell:<20}")).collect();
            let _ = writeln!(text, "{}", format!("{first:<20}{n:>4}{cells}").trim_end());
        };
        row("kind", "n", COLUMNS.map(str::to_owned).into());
        for (name, figures) in &self.kinds {
            let cells = COLUMNS.map(|column| figures.column(column).filter(|found| found.n > 0).as_ref().map_or_else(String::new, shown));
            row(name, &figures.silent.n.to_string(), cells.into());
        }
        let _ = writeln!(text, "\n95 % intervals by bootstrap: {SAMPLES} samples, seed {SEED}");
        text
    }

    fn measures(&self) -> [(&'static str, Estimate); 5] {
        [
            ("silence precision", self.silence_precision),
            ("silence recall", self.silence_recall),
            ("over refusal", self.over_refusal),
            ("overreach", self.overreach),
            ("absent named", self.named),
        ]
    }
}

impl Figures {
    fn of(judged: &[(&LabelledQuestion, &Said)]) -> Self {
        let of_all = |holds: fn(&(&LabelledQuestion, &Said)) -> bool| share(judged, |_| true, holds);
        let reason = share(judged, |(question, _)| question.reason.is_some(), |(question, said)| question.reason == Some(said.reason));
        Self {
            silent: of_all(|(_, said)| said.is_silent()),
            full: of_all(|(_, said)| said.level == CoverageLevel::Full),
            right: of_all(|(question, said)| said.level == question.expected),
            named: named(judged),
            reason: (reason.n > 0).then_some(reason),
        }
    }

    fn column(&self, name: &str) -> Option<Estimate> {
        match name {
            "silent" => Some(self.silent),
            "full" => Some(self.full),
            "right" => Some(self.right),
            "named" => Some(self.named),
            _ => self.reason,
        }
    }

    fn json(&self) -> Value {
        COLUMNS.iter().filter_map(|name| Some(((*name).to_owned(), json!(self.column(name)?)))).collect::<Map<_, _>>().into()
    }
}

fn named(judged: &[(&LabelledQuestion, &Said)]) -> Estimate {
    let values: Vec<f64> = judged.iter().filter_map(|(question, said)| said.names_the_absent(question)).map(one_if).collect();
    Estimate::of(&values)
}

/// The share of those that count for which something holds.
fn share<T>(items: &[T], counts: impl Fn(&T) -> bool, holds: impl Fn(&T) -> bool) -> Estimate {
    Estimate::of(&items.iter().filter(|item| counts(item)).map(|item| one_if(holds(item))).collect::<Vec<_>>())
}

fn one_if(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn place(level: CoverageLevel) -> Option<usize> {
    LEVELS.iter().position(|(_, known)| *known == level)
}

/// A line for each question: what it is, and what was said.
pub(crate) fn lines(set: &QuestionSet, said: &[Said]) -> String {
    let name = |level: CoverageLevel| LEVELS.iter().find(|(_, known)| *known == level).map_or("unspecified", |(name, _)| *name);
    let line = |(question, said): (&LabelledQuestion, &Said)| {
        let line = json!({
            "question": question.text,
            "kind": question.kind,
            "expected": name(question.expected),
            "level": name(said.level),
            "reason": said.reason.as_str_name().trim_start_matches("COVERAGE_REASON_"),
            "silent": said.is_silent(),
            "missing": said.missing,
        });
        format!("{line}\n")
    };
    set.questions.iter().zip(said).map(line).collect()
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::CoverageReason;

    use super::*;
    use crate::evaluate::Split;

    fn report() -> CoverageReport {
        use CoverageLevel::{Full, None, Partial, Related};
        let question = |kind: &str, expected, reason: Option<CoverageReason>, absent: &[&str]| LabelledQuestion {
            text: "?".into(),
            kind: kind.into(),
            expected,
            reason,
            absent: absent.iter().map(|term| (*term).to_owned()).collect(),
        };
        let said = |level, opening_says_so| Said {
            level,
            reason: CoverageReason::SubjectMissing,
            missing: vec!["warp drive".into()],
            opening_says_so,
        };
        let rows = [
            (question("answerable", Full, Option::None, &[]), said(Full, false)),
            (question("answerable", Full, Option::None, &[]), said(Related, true)),
            (question("near", Related, Some(CoverageReason::SubjectMissing), &["warp drives"]), said(Related, true)),
            (question("near", Related, Some(CoverageReason::SubjectMissing), &["strangelets"]), said(Partial, true)),
            (question("near", Related, Option::None, &["strangelets"]), said(Full, false)),
            (question("other", None, Option::None, &[]), said(None, false)),
        ];
        let (questions, said): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let answered_by = AnsweredBy { name: "the archive itself (extractive)".into(), ..AnsweredBy::default() };
        CoverageReport::new(&QuestionSet { name: "tiny".into(), split: Split::All, questions }, &said, answered_by)
    }

    #[test]
    fn figures_are_as_defined() {
        let json = report().json();
        for (path, expected) in [
            ("/silence_precision/value", 0.5),
            ("/silence_precision/n", 2.0),
            ("/silence_recall/value", 0.25),
            ("/silence_recall/n", 4.0),
            ("/over_refusal/value", 0.5),
            ("/overreach/value", 0.25),
            ("/absent_named/value", 0.5),
            ("/absent_named/n", 2.0),
            ("/unsaid", 1.0),
            ("/confusion/related/partial", 1.0),
            ("/confusion/full/related", 1.0),
            ("/kinds/near/silent/value", 1.0 / 3.0),
            ("/kinds/near/reason/value", 1.0),
            ("/kinds/near/reason/n", 2.0),
        ] {
            let value = json.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {json:#}"));
            assert!((value - expected).abs() < 1e-12, "{path}: {value}");
        }
        assert!(json.pointer("/kinds/answerable/reason").is_none());
    }

    #[test]
    fn the_table() {
        let table = report().table();
        assert!(table.starts_with("tiny, all: 6 questions\nanswered by the archive itself (extractive)\n"), "{table}");
        for part in
            ["silence precision   0.500 (0.", "unsaid              1\n", "related                     1        1        1        0\n"]
        {
            assert!(table.contains(part), "{part:?} in {table}");
        }
    }
}
