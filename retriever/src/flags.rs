//! The flags about a Qdrant server or cluster, for every program that holds a retriever: this one and `antigravity`.

use clap::Args;
use serde::Serialize;

/// Where the collections are and how new ones are laid out. To be flattened into a program's own flags; [`Options`](crate::Options) says what
/// each means. They are of every subcommand of a program that has some.
#[derive(Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Qdrant")]
pub struct QdrantFlags {
    /// The address of a Qdrant server, such as http://127.0.0.1:6334 [default: the embedded engine]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    qdrant: Option<String>,
    /// Shards of a new collection, more than 1 on a server only [default: Qdrant's own]
    #[arg(long, global = true, hide_short_help = true, value_name = "SHARDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    shard_number: Option<u32>,
    /// Copies of each shard of a new collection, more than 1 on a cluster only [default: Qdrant's own, 1]
    #[arg(long, global = true, hide_short_help = true, value_name = "COPIES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    replication_factor: Option<u32>,
    /// Copies that must have a write before it is acknowledged [default: Qdrant's own, 1]
    #[arg(long, global = true, hide_short_help = true, value_name = "COPIES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    write_consistency_factor: Option<u32>,
    /// Leave the vectors of a new collection on disk [default: false]
    #[arg(long, global = true, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    on_disk_vectors: Option<bool>,
    /// Search a new collection by vectors of one byte per value and score what they find by the whole ones, on a server only [default: false]
    #[arg(long, global = true, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    scalar_quantisation: Option<bool>,
}

#[cfg(test)]
mod tests {
    use antigravity_chassis::options::Settings;
    use clap::Parser;

    use super::*;
    use crate::Options;

    #[derive(Parser, Serialize)]
    struct Program {
        #[command(flatten)]
        #[serde(flatten)]
        qdrant: QdrantFlags,
        /// What an optional value must not swallow.
        #[serde(skip)]
        words: Vec<String>,
    }

    fn options(line: &str) -> Result<Options, String> {
        let program = Program::try_parse_from(["program"].into_iter().chain(line.split_whitespace())).map_err(|error| error.to_string())?;
        Settings::read(&program, None).unwrap().load().map_err(|error| error.to_string())
    }

    #[test]
    fn every_flag_reaches_its_option() {
        let all = "--qdrant http://h:6334 --shard-number 6 --replication-factor 3 --write-consistency-factor 2 --on-disk-vectors word \
                   --scalar-quantisation=true";
        let options = options(all).unwrap();
        assert_eq!(options.qdrant.unwrap().to_string(), "http://h:6334");
        assert_eq!((options.shard_number, options.replication_factor, options.write_consistency_factor), (Some(6), Some(3), Some(2)));
        assert_eq!((options.on_disk_vectors, options.scalar_quantisation), (Some(true), Some(true)));
        let options = super::tests::options("--on-disk-vectors=false").unwrap();
        assert_eq!((options.on_disk_vectors, options.scalar_quantisation, options.shard_number), (Some(false), None, None));
    }

    #[test]
    fn what_the_embedded_engine_cannot_have_is_refused_by_flag() {
        for (line, parts) in [
            ("--shard-number 3", ["--shard-number", "--qdrant"]),
            ("--scalar-quantisation", ["--scalar-quantisation", "--qdrant"]),
            ("--qdrant http://h:1 --replication-factor 2 --write-consistency-factor 3", ["--write-consistency-factor", "2 replicas"]),
            ("--qdrant nowhere:x", ["--qdrant", "nowhere:x"]),
            ("--shard-number many", ["--shard-number", "many"]),
        ] {
            let told = options(line).unwrap_err();
            assert!(parts.iter().all(|part| told.contains(part)), "{line}: {told}");
        }
    }
}
