//! Every setting of every program, with what it accepts. A file may hold settings that another program of the family reads; one that none
//! reads is refused.

/// A setting.
pub(super) struct Known {
    /// As it stands in a file; `--data-dir` and `ANTIGRAVITY_DATA_DIR` set `data_dir`.
    pub(super) name: &'static str,
    /// What is accepted, for the line that refuses something else.
    accepted: &'static str,
    /// A variable's text is read as what the setting holds, not as what it looks like: `ANTIGRAVITY_ARCHIVE=2024` names an archive.
    pub(super) holds: Holds,
}

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    Switch,
}

const fn text(name: &'static str, accepted: &'static str) -> Known {
    Known { name, accepted, holds: Holds::Text }
}

const fn number(name: &'static str, accepted: &'static str) -> Known {
    Known { name, accepted, holds: Holds::Number }
}

const fn switch(name: &'static str) -> Known {
    Known { name, accepted: "`true` or `false`", holds: Holds::Switch }
}

/// The settings, by name.
pub(super) const SETTINGS: &[Known] = &[
    text("access", "`keys`, `proxy`, or `none`, which lets everybody in"),
    text("access_keys", "the path of a file of keys, which `antigravity key new` makes"),
    text("access_proxy", "a table `[access_proxy]` with peers, tenant_header, scopes, groups_header, groups"),
    text("admin_listen", "an address to listen on, such as 127.0.0.1:9464"),
    text("allowed_hosts", "names separated by commas, such as antigravity.lab.org"),
    text("allowed_origins", "origins separated by commas, such as https://chat.lab.org"),
    text("answerer", "an address such as http://127.0.0.1:7402"),
    text("api_key", "a key that `antigravity key new` has printed"),
    text("archive", "a name of 1 to 64 letters, digits, `-` and `_`"),
    text("data_dir", "the path of a directory"),
    text("default_model", "the name of a configured model, or `extractive`"),
    number("drain_seconds", "a number of seconds, at most 86400"),
    text("embedding_precision", "`int8`, or `f32`, the exact reference at a third of the speed"),
    number("keep_answers_days", "a number of days, 1 to 3650; without it no answer is kept"),
    text("listen", "an address to listen on, such as 127.0.0.1:7400"),
    text("log", "a level (`error`, `warn`, `info`, `debug`, `trace`) or a filter such as `info,antigravity_retriever=debug`"),
    text("log_format", "`auto`, `text` or `json`"),
    number("max_connection_age_seconds", "a number of seconds, 1 to 86400"),
    number("max_in_flight", "a number of calls, at least 1"),
    text("model_dir", "the path of a directory that holds model.safetensors, tokenizer.json and config.json"),
    text("models", "a table for each model: `[models.NAME]` with provider (`anthropic` or `openai`), model, base_url, api_key_env"),
    switch("on_disk_vectors"),
    text("otlp_endpoint", "an address such as http://collector:4317"),
    switch("otlp_text"),
    text("qdrant", "an address such as http://127.0.0.1:6334"),
    number("replication_factor", "a number of copies, at least 1; more than 1 with --qdrant"),
    text("quota", "a table `[quota]` with requests_per_minute, concurrent, tokens_per_day"),
    text("retriever", "an address such as http://127.0.0.1:7401"),
    switch("scalar_quantisation"),
    text("second_judge", "a table `[second_judge]` with url, api_key_env, seconds, answers"),
    text("server", "an address such as http://127.0.0.1:7400"),
    number("shard_number", "a number of shards, at least 1; more than 1 with --qdrant"),
    text("tls_ca", "the path of a PEM file with the authorities of the services' certificates; without it the system's are trusted"),
    text("tls_cert", "the path of a PEM file with a certificate, and those between it and an authority; `tls_key` names its key"),
    switch("tls_client_auth"),
    text("tls_key", "the path of a PEM file with the key of the certificate in `tls_cert`, not encrypted"),
    number("workers", "a number of threads, at least 1 and at most 1024"),
    number("write_consistency_factor", "a number of copies, at least 1 and at most replication_factor"),
];

/// The names of all settings, in one line.
pub(super) fn names() -> String {
    SETTINGS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")
}

/// Whether a program of the family reads a setting of this name.
pub(super) fn is_known(name: &str) -> bool {
    SETTINGS.iter().any(|known| known.name == name)
}

/// What a setting accepts.
pub(super) fn accepted(setting: &str) -> &'static str {
    match SETTINGS.iter().find(|known| known.name == setting) {
        Some(known) => known.accepted,
        None if setting == "config" => "the path of a TOML file",
        None => "see --help",
    }
}
