//! The command that measures coverage.

use std::path::PathBuf;

use clap::Args;

use super::Remote;
use crate::evaluate::Split;

/// Measure how truly answers say how far the archive reaches.
///
/// QUESTIONS has a question per line: {"question": "…", "expected": "full", "partial", "related" or "none"}; optional are "kind", "absent" (words of
/// the question whose subject the archive doesn't have) and "reason". Each is asked of the archive. An answer is silent when its coverage is RELATED or NONE and its
/// opening says so. Reported are precision and recall of silence, the share of answerable questions that were refused, the table of
/// expected and judged levels, and each kind by itself, with 95 % intervals.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity evaluate coverage questions.jsonl\n  antigravity evaluate coverage questions.jsonl --split reporting --json | jq .silence_precision\n  \
                        antigravity evaluate coverage questions.jsonl --model haiku --server localhost:7400"
)]
pub(crate) struct CoverageEvaluation {
    /// The questions, as JSON Lines; `-` is standard input
    #[arg(value_name = "QUESTIONS")]
    pub(crate) questions: PathBuf,
    /// Which of them: a question belongs to a half by its text alone
    #[arg(long, value_enum, default_value_t = Split::All)]
    pub(crate) split: Split,
    /// Who writes: a model named in the settings, or `extractive` [default: the default model]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Also write what was said of every question to FILE, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) verdicts: Option<PathBuf>,
    /// Also write every answer to FILE, as JSON Lines that `antigravity evaluate citations` reads
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
