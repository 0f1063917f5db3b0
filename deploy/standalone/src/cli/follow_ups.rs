//! Measuring the questions to go on with.

use std::path::PathBuf;

use clap::Args;

use super::Remote;

/// Measure the questions to go on with that answers offer.
///
/// QUESTIONS has a question per line: {"question": "…"}; other keys are ignored. Each is asked, and then each follow-up that its answer offers, of the
/// archive as it is. Reported are the share of follow-ups that get a full or partial answer, that ask for a mechanism, a limit or a test, that stand alone,
/// that have at most twenty words; and the share of answers whose follow-ups are distinct, and of three kinds; with 95 % intervals.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity evaluate follow-ups questions.jsonl\n  antigravity evaluate follow-ups questions.jsonl --json | jq .answerable\n  \
                        antigravity evaluate follow-ups questions.jsonl --details follow-ups.jsonl"
)]
pub(crate) struct FollowUpEvaluation {
    /// The questions, as JSON Lines; `-` is standard input
    #[arg(value_name = "QUESTIONS")]
    pub(crate) questions: PathBuf,
    /// Who writes the answers: a model named in the settings, or `extractive` [default: the default model]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Also write every follow-up, with its kind and how far the archive reached into it, to FILE, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) details: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
