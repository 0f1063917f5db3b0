//! What the program goes by, once flags, variables, file and defaults are laid over one another.

use std::{path::Path, sync::Arc};

use antigravity_chassis::{
    access::{AccessFlags, AccessOptions, QuotaOptions, key::Key},
    options::{Address, Check, OptionsError, ServiceOptions, Settings, Wrong},
    tls::{Callers, Tls, TlsOptions},
};
use serde::{Deserialize, Serialize};

use crate::cli::{Cli, Command, Common, KeyAction, Keys};

/// The settings of every command; each takes what concerns it.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// A gateway to talk to instead of opening the data directory.
    pub(crate) server: Option<Address>,
    /// The key that this gateway is shown.
    pub(crate) key: Option<Arc<Key>>,
    /// What the retriever of this process is built from.
    pub(crate) retriever: antigravity_retriever::Options,
    /// The models that the answerer of this process can ask.
    pub(crate) answerer: antigravity_answerer::Options,
    /// The archive that the gateway of this process is asked for.
    pub(crate) gateway: antigravity_gateway::Options,
    /// How `serve` serves, and what is logged.
    pub(crate) service: ServiceOptions,
    /// The certificates to serve with, and to show to whom is called.
    pub(crate) tls: Tls,
    /// Who may call what `serve` serves.
    pub(crate) access: AccessOptions,
    /// How much each of them may.
    pub(crate) quota: QuotaOptions,
    /// Where they all come from: what a service refuses when it is built is told with its origin.
    pub(crate) settings: Settings,
}

/// What none of the services reads.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Own {
    server: Option<Address>,
    api_key: Option<String>,
}

impl Own {
    fn key(&self) -> Result<Option<Key>, Wrong> {
        // Not told what was given: it may be a key of something else.
        self.api_key.as_deref().map(str::parse).transpose().map_err(|error| Wrong::new("api_key", error))
    }
}

impl Check for Own {
    fn check(&self) -> Result<(), Wrong> {
        self.key().map(drop)
    }
}

impl Options {
    /// Reads the options of a command line. Nothing is opened and no port is bound before this has succeeded.
    pub(crate) fn load(cli: &Cli) -> Result<Self, OptionsError> {
        let settings = Settings::read(&Flags::of(cli), cli.common.config.as_deref())?;
        let own: Own = settings.load()?;
        let key = own.key().map_err(|wrong| settings.wrong(&wrong))?.map(Arc::new);
        let (mut retriever, answerer, gateway, service): (antigravity_retriever::Options, _, _, _) =
            (settings.load()?, settings.load()?, settings.load()?, settings.load()?);
        if !matches!(cli.command, Command::Serve(_)) {
            // A command names the archive in what it asks, of this process or of a server. Were it the retriever's default too, one that isn't
            // there would here be called empty, as only the default archive is.
            retriever.archive = antigravity_retriever::Options::default().archive;
        }
        let tls = match cli.command {
            // It calls nobody, and may run where the certificates aren't.
            Command::Key(_) => Tls::default(),
            _ => settings.load::<TlsOptions>()?.open(Callers::Anybody).map_err(|wrong| settings.wrong(&wrong))?,
        };
        let (access, quota) = (settings.load()?, settings.load()?);
        Ok(Self { server: own.server, key, retriever, answerer, gateway, service, tls, access, quota, settings })
    }

    /// The archive, by name. Empty: the default one.
    pub(crate) fn archive(&self) -> String {
        self.gateway.archive.clone().unwrap_or_default()
    }
}

/// The flags that are settings too.
#[derive(Serialize)]
struct Flags<'a> {
    #[serde(flatten)]
    common: &'a Common,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_answers_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth: Option<bool>,
    #[serde(flatten)]
    access: Option<&'a AccessFlags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_keys: Option<&'a Path>,
}

impl<'a> Flags<'a> {
    fn of(cli: &'a Cli) -> Self {
        let (remote, listen) = match &cli.command {
            Command::Index(index) => (Some(&index.remote), None),
            Command::Harvest(harvest) => (Some(&harvest.remote), None),
            Command::Ask(ask) => (Some(&ask.remote), None),
            Command::Search(search) => (Some(&search.remote), None),
            Command::Archive(archive) => (Some(archive.remote()), None),
            Command::Mcp(mcp) => (Some(&mcp.remote), None),
            Command::Serve(serve) => (None, serve.listen.as_deref()),
            Command::Key(_) => (None, None),
            Command::Check(check) => (Some(&check.remote), None),
            Command::Evaluate(evaluate) => (evaluate.remote(), None),
        };
        let (access, access_keys) = match &cli.command {
            Command::Serve(serve) => (Some(&serve.access), None),
            Command::Key(Keys { action: KeyAction::New(new) }) => (None, new.access_keys.as_deref()),
            _ => (None, None),
        };
        let (keep_answers_days, tls_client_auth) = match &cli.command {
            Command::Serve(serve) => (serve.keep_answers_days, serve.tls_client_auth),
            _ => (None, None),
        };
        let server = remote.and_then(|remote| remote.server.as_deref());
        Self { common: &cli.common, server, listen, keep_answers_days, tls_client_auth, access, access_keys }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn load(line: &[&str]) -> Result<Options, OptionsError> {
        Options::load(&Cli::try_parse_from(["antigravity"].iter().chain(line)).unwrap())
    }

    #[test]
    fn flags_reach_the_options() {
        let options = load(&["archive", "--server", "lab:7400", "--data-dir", "/d", "--archive", "lab_2"]).unwrap();
        assert_eq!(options.server.as_ref().unwrap().to_string(), "http://lab:7400");
        assert_eq!((options.archive().as_str(), options.retriever.archive.as_str()), ("lab_2", "preprints"));
        assert_eq!(load(&["serve", "--archive", "lab_2"]).unwrap().retriever.archive, "lab_2");
        assert_eq!(options.retriever.data_dir, std::path::Path::new("/d"));
        assert_eq!(load(&["serve", "--listen", "0.0.0.0:1"]).unwrap().service.listen, Some(([0, 0, 0, 0], 1).into()));
        let shared = load(&["index", "--qdrant", "qdrant:6334", "--shard-number", "3", "--on-disk-vectors", "records.jsonl"]).unwrap();
        assert_eq!(shared.retriever.qdrant.unwrap().to_string(), "http://qdrant:6334");
        assert_eq!((shared.retriever.shard_number, shared.retriever.on_disk_vectors), (Some(3), Some(true)));
        assert!(
            options.retriever.model_dir.ends_with("models"),
            "the model's folder follows --data-dir: {:?}",
            options.retriever.model_dir
        );
    }

    #[test]
    fn the_file_fills_in_and_brings_the_models() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "listen = '127.0.0.1:9'\ndefault_model = 'haiku'\n[models.haiku]\nmodel = 'claude-haiku-4-5'\n")
            .unwrap();
        let options = load(&["serve", "--config", file.path().to_str().unwrap()]).unwrap();
        assert_eq!(options.service.listen.unwrap().port(), 9);
        assert_eq!((options.answerer.default_model.as_deref(), options.answerer.models.len()), (Some("haiku"), 1));
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_origin() {
        for (line, parts) in [
            (&["serve", "--listen", "nowhere"][..], &["`listen`", "--listen"][..]),
            (&["serve", "--keep-answers-days", "0"], &["`keep_answers_days`", "--keep-answers-days", "1 to 3650"]),
            (&["archive", "--server", "ftp://h:1"], &["`server`", "--server", "http://"]),
            (&["archive", "--archive", "a/b"], &["`archive`", "a/b", "letters", "--archive"]),
            (&["archive", "--log", "a=loud"], &["`log`", "--log", "loud"]),
            (&["archive", "--replication-factor", "2"], &["`replication_factor`", "--replication-factor", "--qdrant"]),
            (&["archive", "--server", "https://h:1", "--tls-ca", "/no/such.pem"], &["`tls_ca`", "--tls-ca", "/no/such.pem", "PEM"]),
            (&["serve", "--tls-key", "/no/such.pem"], &["`tls_key`", "--tls-key", "`tls_cert` isn't"]),
            (&["serve", "--tls-client-auth"], &["`tls_client_auth`", "--tls-client-auth", "`tls_ca`"]),
            (&["archive", "--config", "/no/such.toml"], &["`config`", "/no/such.toml"]),
        ] {
            let message = load(line).unwrap_err().to_string();
            for part in parts {
                assert!(message.contains(part), "{message:?} lacks {part:?}");
            }
        }
    }
}
