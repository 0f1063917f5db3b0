//! The commands that check: a text, and the check itself.

use std::path::PathBuf;

use clap::Args;

use super::Remote;

/// Check a text against the archive, claim by claim.
///
/// Any Markdown with citations such as [AG-2026.03-1712], whoever wrote it: for every sentence, list item and table row it says whether the
/// preprints that it cites support it, why, and by which of their sentences. At most 20,000 characters and 64 different ids.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity check review.md\n  pandoc draft.tex -t markdown | antigravity check - --json | jq .support"
)]
pub(crate) struct Check {
    /// The text; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print what was found as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Measure the check that every sentence goes through, on claims whose support is known.
///
/// CLAIMS has a claim per line: {"claim": "…", "evidence": ["a text that it cites", …], "label": "attributable" or "not attributable"}; optional are
/// "others" (texts that it might have cited instead), "kind" and "id". What is to be found are the claims that their evidence doesn't support: reported
/// are precision, recall, F1, AUC, and recall at 5, 6.5 and 10 % false alarms, with 95 % intervals, of all and of each kind.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity evaluate grounding claims.jsonl\n  antigravity evaluate grounding claims.jsonl --json | jq .auc\n  \
                        antigravity evaluate grounding claims.jsonl --verdicts verdicts.jsonl"
)]
pub(crate) struct GroundingEvaluation {
    /// The claims, as JSON Lines; `-` is standard input
    #[arg(value_name = "CLAIMS")]
    pub(crate) claims: PathBuf,
    /// Also write every claim's verdict, reason and support to FILE, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) verdicts: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure the citations of finished answers, by the rules of ALCE.
///
/// ANSWERS are files of JSON Lines with an answer per line, as `antigravity ask --json` prints it on one (`jq -c .`), or Markdown files (.md), each one
/// answer. What they cite is read from the archive. Reported are ids that name no source, the share of claims that cite something, citation recall
/// (what a claim cites supports it) and citation precision (each citation is needed), with 95 % intervals.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity ask --json \"…\" | jq -c . > answers.jsonl\n  antigravity evaluate citations answers.jsonl review.md"
)]
pub(crate) struct CitationEvaluation {
    /// The answers
    #[arg(required = true, value_name = "ANSWERS")]
    pub(crate) answers: Vec<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
