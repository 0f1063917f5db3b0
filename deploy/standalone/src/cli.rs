//! The command line, and the help that a person can learn from.

mod checking;
mod coverage;
mod follow_ups;
mod key;

use std::path::PathBuf;

use antigravity_chassis::{access::AccessFlags, tls::TlsFlags};
use antigravity_proto::types::AnswerLength;
use antigravity_retriever::QdrantFlags;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use serde::Serialize;

pub(crate) use checking::{Check, CitationEvaluation, GroundingEvaluation};
pub(crate) use coverage::CoverageEvaluation;
pub(crate) use follow_ups::FollowUpEvaluation;
pub(crate) use key::{KeyAction, KeyNew, Keys};

/// Answers questions from an archive of preprints: every sentence cites what it rests on, and what the archive doesn't cover is said.
#[derive(Debug, Parser)]
#[command(name = "antigravity", version, arg_required_else_help = true, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// Options that every command knows.
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Begin with:
  antigravity index preprints.jsonl
  antigravity ask \"How large is the Hubble tension?\"

Every option can also be given as a variable (ANTIGRAVITY_DATA_DIR for --data-dir) or in a TOML file (data_dir = \"…\", named by --config or \
ANTIGRAVITY_CONFIG). A flag goes before the variable, the variable before the file, the file before the default.

Exit codes:
  0    done (an index run also when records were refused: its report says how many)
  1    it couldn't be done; standard error says why, in one line
  64   a wrong option, question or filter: nothing was done
  69   a service can't be reached, or is too busy
  130  interrupted by Ctrl-C or SIGTERM (`serve` ends with 0 then)";

/// The commands. Their help is what stands above the arguments of each: a comment on a variant would hide it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Index(Index),
    Harvest(Harvest),
    Ask(Ask),
    Search(Search),
    Serve(Serve),
    Mcp(Mcp),
    Archive(Archive),
    Check(Check),
    Key(Keys),
    Evaluate(Evaluate),
}

/// Options that every command knows. Text throughout: what they mean is checked where they are loaded, together with variables and file.
#[derive(Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Archive and settings")]
pub(crate) struct Common {
    /// The archive, by name [default: preprints]
    #[arg(long, global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archive: Option<String>,
    /// Where archives are kept, unless --qdrant says; one process at a time may use it [default: the platform's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the embedding model's files are [default: models/ in the platform's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model_dir: Option<PathBuf>,
    /// How exactly texts are embedded: int8, or f32, the reference at a third of the speed [default: int8]
    #[arg(long, global = true, value_name = "PRECISION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) embedding_precision: Option<String>,
    /// A TOML file with further settings
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
    /// What is logged to standard error: error, warn, info, debug, trace, or a filter [default: warn; serve: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) tls: TlsFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) qdrant: QdrantFlags,
}

/// Where the archive is asked for.
#[derive(Debug, Default, Args)]
pub(crate) struct Remote {
    /// Talk to a running gateway (host:port, http://… or https://…) instead of opening the data directory; ANTIGRAVITY_API_KEY is the key that it
    /// is shown
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<String>,
}

/// Take preprints into the archive.
///
/// Reads records as JSON Lines, in our own form or as arXiv's public metadata dump has them (which is seen line by line): one object per
/// line with `id` (an arXiv id), `title`, `categories` and `date` (YYYY-MM-DD or YYYY-MM); optional are `abstract`, `authors`,
/// `primary_category`, `date_precision` (day, listed or month), `ag_id`, `abstract_source` (authors or summary), `doi`, `journal_ref` and
/// `comments`. Other keys are ignored. Compressed files (.gz, .zst) are recognised by what they hold. A directory stands for the files directly in it that end
/// in .jsonl, .ndjson or .json, compressed or not. A paper that the dump shows as withdrawn is taken out of the archive.
///
/// A line that can't be taken in doesn't stop the others: it is named on standard error with the reason. Indexing a file again changes
/// nothing, and what was acknowledged before an interruption stays.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity index preprints.jsonl more.jsonl.gz\n  zcat dump.gz | antigravity index - --refused refused.jsonl\n  \
                        antigravity index preprints.jsonl --server localhost:7400"
)]
pub(crate) struct Index {
    /// Files or directories to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Also write each refused record to FILE, as JSON Lines with file, line, id and reason
    #[arg(long, value_name = "FILE")]
    pub(crate) refused: Option<PathBuf>,
    /// Build the archive anew from these files alone, beside the present one, which is searched until all is in and then replaced at once
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Put off the search index until all is in: quicker for more than some 10,000 records, and searches are slower meanwhile
    #[arg(long)]
    pub(crate) bulk: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Keep the archive current from an OAI-PMH server, such as arXiv's.
///
/// Takes in new preprints and new versions, and takes out what was deleted or withdrawn. One request at a time, with a pause after each, and
/// patient with a server that is busy. Without --from it goes on where the last harvest of the same endpoint and set ended, on its last day
/// once more: what hasn't changed costs nothing. Interrupted, it has lost at most the stretch of days that it was at.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity harvest --endpoint https://oaipmh.arxiv.org/oai --set physics:hep-ph --from 2026-01-01 --contact you@lab.org\n  \
                        antigravity harvest --endpoint https://oaipmh.arxiv.org/oai --set physics:hep-ph --contact you@lab.org --server localhost:7400"
)]
pub(crate) struct Harvest {
    /// The base URL of the OAI-PMH server
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: String,
    /// Only this set, such as physics:hep-ph (repeatable: one after another) [default: everything]
    #[arg(long, value_name = "SET", action = ArgAction::Append)]
    pub(crate) set: Vec<String>,
    /// What changed from this day on, YYYY-MM-DD [default: where the last harvest ended, else the server's first day]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<jiff::civil::Date>,
    /// What changed up to this day, included [default: the server's today]
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<jiff::civil::Date>,
    /// The form that records come in
    #[arg(long, value_enum, default_value_t = crate::harvest::Format::Arxiv)]
    pub(crate) format: crate::harvest::Format,
    /// Seconds between the end of a reply and the next request
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u16).range(..=3600))]
    pub(crate) pause: u16,
    /// An e-mail address at which the server's operators can reach you; sent along with every request
    #[arg(long, value_name = "EMAIL")]
    pub(crate) contact: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Which preprints may be drawn on.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which preprints")]
pub(crate) struct Narrowing {
    /// Only this category, or all that begin alike: hep-ph, 'hep-*' (repeatable: any of them)
    #[arg(long, value_name = "CATEGORY", action = ArgAction::Append)]
    pub(crate) category: Vec<String>,
    /// Only from this date on: 2024, 2024-01 or 2024-01-31
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Only up to this date, included: a year or a month means all of it
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Only by this author: all words must be in the name (repeatable: any of them)
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub(crate) author: Vec<String>,
    /// Leave out this preprint (repeatable)
    #[arg(long, value_name = "AG-ID", action = ArgAction::Append)]
    pub(crate) exclude: Vec<String>,
    /// Stay near to this preprint; without a question: its neighbours
    #[arg(long, value_name = "AG-ID")]
    pub(crate) near: Option<String>,
}

/// Answer a question from the archive.
///
/// The answer cites the preprints that it rests on, lists them by similarity, and offers questions to go on with. On a terminal it appears
/// sentence by sentence; piped it is plain Markdown.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity ask \"Do scaling laws hold for jet foundation models?\"\n  antigravity ask --category 'hep-*' --from 2024 \
                        --sources 12 \"What limits anomaly searches?\"\n  antigravity ask --json \"…\" | jq .coverage"
)]
pub(crate) struct Ask {
    /// The question, at most 2,000 characters; several words are joined
    #[arg(required_unless_present = "near", value_name = "QUESTION")]
    pub(crate) question: Vec<String>,
    /// How many preprints the answer may draw on, 1 to 32
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=32))]
    pub(crate) sources: u32,
    /// Who writes: a model named in the settings, or `extractive` [default: the default model]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// How long the answer shall be
    #[arg(long, value_enum, default_value_t = Length::Medium)]
    pub(crate) length: Length,
    /// Print the answer as JSON: with every claim's verdict and evidence, and what it takes to reproduce it
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
}

/// How long an answer shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Length {
    /// About 100 words
    Short,
    /// 200 to 350 words
    Medium,
    /// About 600 words
    Long,
}

impl From<Length> for AnswerLength {
    fn from(length: Length) -> Self {
        match length {
            Length::Short => Self::Short,
            Length::Medium => Self::Medium,
            Length::Long => Self::Long,
        }
    }
}

/// Find preprints without writing about them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity search \"primordial black holes as dark matter\"\n  antigravity search --near AG-2026.03-1712 --sources 20"
)]
pub(crate) struct Search {
    /// What to look for, at most 2,000 characters; several words are joined
    #[arg(required_unless_present = "near", value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// How many preprints, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) sources: u32,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
}

/// Run gateway, retriever and answerer in one process.
///
/// The gateway answers gRPC, gRPC-Web, HTTP and MCP at the address that is printed once it is ready. SIGTERM and Ctrl-C end it: calls in flight are
/// finished, then everything is written to disk.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity serve\n  antigravity serve --listen 0.0.0.0:7400 --access keys --access-keys keys.toml\n  antigravity ask --server localhost:7400 \"…\""
)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:7400]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Keep answers for so many days, to be read by their ids and served again [default: none is kept]
    #[arg(long, value_name = "DAYS")]
    pub(crate) keep_answers_days: Option<u32>,
    /// Let nobody in who shows no certificate of the authorities in --tls-ca [default: false]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) tls_client_auth: Option<bool>,
    #[command(flatten)]
    pub(crate) access: AccessFlags,
}

/// Offer the archive to an assistant as tools of the Model Context Protocol, on standard input and output.
///
/// The tools are ask, search_preprints, get_preprint, check_grounding and get_answer. It ends when standard input is closed; what is logged goes to
/// standard error. A running `antigravity serve` offers the same at /mcp.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  antigravity mcp\n  antigravity mcp --server localhost:7400")]
pub(crate) struct Mcp {
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Tell what the archive holds.
///
/// How many preprints, of which categories and dates, the revision (which changes exactly when the content does) and the embedding model.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  antigravity archive\n  antigravity archive --json --server localhost:7400\n  antigravity archive verify\n  \
                        antigravity archive export preprints.jsonl"
)]
pub(crate) struct Archive {
    #[command(subcommand)]
    pub(crate) action: Option<ArchiveAction>,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

impl Archive {
    /// Where the archive is asked for, whatever is asked of it.
    pub(crate) fn remote(&self) -> &Remote {
        match &self.action {
            None => &self.remote,
            Some(ArchiveAction::Verify(verify)) => &verify.remote,
            Some(ArchiveAction::Export(export)) => &export.remote,
        }
    }
}

/// What else can be done with an archive.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveAction {
    Verify(ArchiveVerify),
    Export(ArchiveExport),
}

/// Prove the archive sound.
///
/// Reads every preprint and checks its ids, hashes, sentences and vectors, then counts and revision of the whole. Each fault is a line with
/// what to do; with one or more the exit code is 1. Indexing waits meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  antigravity archive verify\n  antigravity archive verify --json --server localhost:7400")]
pub(crate) struct ArchiveVerify {
    /// Print what was found as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Write every preprint as JSON Lines.
///
/// In the order of the ids, in the form that `antigravity index` reads: indexing the file makes an archive of the same revision.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  antigravity archive export preprints.jsonl\n  antigravity archive export | gzip > preprints.jsonl.gz")]
pub(crate) struct ArchiveExport {
    /// The file to write, made anew; `-` is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Measure how good the program is, on data with known answers.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// What to measure.
    #[command(subcommand)]
    pub(crate) what: Evaluation,
}

/// What can be measured. The help stands above the arguments of each.
#[derive(Debug, Subcommand)]
pub(crate) enum Evaluation {
    Retrieval(RetrievalEvaluation),
    Grounding(GroundingEvaluation),
    Citations(CitationEvaluation),
    Coverage(CoverageEvaluation),
    FollowUps(FollowUpEvaluation),
}

impl Evaluate {
    /// Where the archive is asked for, by what needs one that is there already.
    pub(crate) fn remote(&self) -> Option<&Remote> {
        match &self.what {
            Evaluation::Citations(citations) => Some(&citations.remote),
            Evaluation::Coverage(coverage) => Some(&coverage.remote),
            Evaluation::FollowUps(follow_ups) => Some(&follow_ups.remote),
            Evaluation::Retrieval(_) | Evaluation::Grounding(_) => None,
        }
    }
}

/// Measure retrieval on a set of queries with judged documents.
///
/// DIR has BEIR's layout: corpus.jsonl (or corpus.jsonl.gz), queries.jsonl and qrels/NAME.tsv. Its documents are indexed in a scratch archive
/// below the folder for temporary files (TMPDIR), which is removed afterwards; your archives stay as they are. Reported are nDCG@10,
/// recall@8, recall@100, MRR@10 and success@8 of the words' ranking, of the vectors' and of both together, with 95 % intervals.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity evaluate retrieval beir/scifact\n  antigravity evaluate retrieval beir/nfcorpus --split dev --json | jq '.fused'"
)]
pub(crate) struct RetrievalEvaluation {
    /// The set's folder
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Which judgements: qrels/NAME.tsv
    #[arg(long, value_name = "NAME", default_value = "test")]
    pub(crate) split: String,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, error::ErrorKind};

    use super::*;

    fn parse(line: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["antigravity"].iter().chain(line))
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_tells_more_than_its_one_line() {
        for (command, part) in [
            ("index", "abstract_source"),
            ("harvest", "OAI-PMH"),
            ("ask", "by similarity"),
            ("search", "without"),
            ("serve", "SIGTERM"),
            ("archive", "revision"),
            ("check", "64 different ids"),
            ("key new", "shown this once"),
        ] {
            let help = parse(&[&command.split(' ').collect::<Vec<_>>()[..], &["--help"]].concat()).unwrap_err().to_string();
            assert!(help.contains(part) && help.contains("Examples:"), "{help}");
        }
    }

    #[test]
    fn a_question_with_every_option_is_read() {
        let cli = parse(&[
            "--data-dir",
            "d",
            "ask",
            "--category",
            "hep-*",
            "--category",
            "cs.LG",
            "--from",
            "2024-01",
            "--to",
            "2026",
            "--author",
            "Hubble",
            "--exclude",
            "AG-2026.03-1712",
            "--near",
            "AG-2024.07-1501",
            "--sources",
            "12",
            "--model",
            "haiku",
            "--length",
            "short",
            "--json",
            "--server",
            "h:1",
            "--archive",
            "lab",
            "why",
            "is",
            "it?",
        ])
        .unwrap();
        assert_eq!(cli.common.data_dir, Some("d".into()));
        assert_eq!(cli.common.archive.as_deref(), Some("lab"));
        let Command::Ask(ask) = cli.command else { panic!("not ask") };
        assert_eq!(ask.question.join(" "), "why is it?");
        assert_eq!((ask.sources, ask.model.as_deref(), ask.length, ask.json), (12, Some("haiku"), Length::Short, true));
        assert_eq!(ask.narrowing.category, ["hep-*", "cs.LG"]);
        assert_eq!((ask.narrowing.from.as_deref(), ask.narrowing.to.as_deref()), (Some("2024-01"), Some("2026")));
        assert_eq!((ask.narrowing.author.len(), ask.narrowing.exclude.len()), (1, 1));
        assert_eq!((ask.narrowing.near.as_deref(), ask.remote.server.as_deref()), (Some("AG-2024.07-1501"), Some("h:1")));
    }

    #[test]
    fn a_question_may_begin_with_a_dash_after_the_separator() {
        let Command::Ask(ask) = parse(&["ask", "--", "-5 sigma?"]).unwrap().command else { panic!("not ask") };
        assert_eq!(ask.question, ["-5 sigma?"]);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for (line, kind) in [
            (&[][..], ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
            (&["answer"], ErrorKind::InvalidSubcommand),
            (&["ask"], ErrorKind::MissingRequiredArgument),
            (&["index"], ErrorKind::MissingRequiredArgument),
            (&["harvest"], ErrorKind::MissingRequiredArgument),
            (&["harvest", "--endpoint", "http://h", "--from", "2026-02-30"], ErrorKind::ValueValidation),
            (&["harvest", "--endpoint", "http://h", "--format", "marc"], ErrorKind::InvalidValue),
            (&["search"], ErrorKind::MissingRequiredArgument),
            (&["ask", "--sources", "0", "q"], ErrorKind::ValueValidation),
            (&["ask", "--sources", "33", "q"], ErrorKind::ValueValidation),
            (&["search", "--sources", "101", "q"], ErrorKind::ValueValidation),
            (&["ask", "--length", "epic", "q"], ErrorKind::InvalidValue),
            (&["ask", "--colour", "q"], ErrorKind::UnknownArgument),
            (&["serve", "--server", "h:1"], ErrorKind::UnknownArgument),
            (&["archive", "extra"], ErrorKind::InvalidSubcommand),
            (&["archive", "--json", "verify"], ErrorKind::ArgumentConflict),
            (&["evaluate"], ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
            (&["check"], ErrorKind::MissingRequiredArgument),
            (&["evaluate", "grounding"], ErrorKind::MissingRequiredArgument),
            (&["evaluate", "citations"], ErrorKind::MissingRequiredArgument),
            (&["evaluate", "coverage"], ErrorKind::MissingRequiredArgument),
            (&["evaluate", "coverage", "q", "--split", "half"], ErrorKind::InvalidValue),
            (&["evaluate", "retrieval"], ErrorKind::MissingRequiredArgument),
            (&["evaluate", "retrieval", "d", "--server", "h:1"], ErrorKind::UnknownArgument),
            (&["--help"], ErrorKind::DisplayHelp),
            (&["ask", "--help"], ErrorKind::DisplayHelp),
            (&["--version"], ErrorKind::DisplayVersion),
        ] {
            assert_eq!(parse(line).unwrap_err().kind(), kind, "{line:?}");
        }
    }

    #[test]
    fn near_stands_in_for_a_question() {
        for command in ["ask", "search"] {
            assert!(parse(&[command, "--near", "AG-2026.03-1712"]).is_ok(), "{command}");
        }
    }
}
