//! TLS between the services, and to whom they call: certificates of PEM files, read again when these change, on both sides of a connection.
//!
//! tonic's own TLS reads certificates once. Here each handshake takes what the files hold then, by `rustls` itself: a configuration is made for
//! each connection, which costs little beside the handshake. No session is resumed: one that is isn't verified anew, and a certificate that has
//! ended, or whose authority is trusted no more, would go on being accepted.

mod accept;
mod connect;
mod explain;
mod files;
mod plaintext;
mod stream;

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::Duration,
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    client::Resumption,
    crypto::{CryptoProvider, ring},
    server::{NoServerSessionStorage, WebPkiClientVerifier},
    sign::SingleCertAndKey,
};
use serde::{Deserialize, Serialize};

use self::files::Held;
use crate::{
    options::{Check, Wrong},
    watched::Watched,
};

pub(crate) use self::{
    accept::Incoming,
    connect::{Connector, Trouble},
    stream::ConnectInfo,
};

/// How often files are looked at while nobody connects, so that what is told of their certificates' end is true.
const LOOK: Duration = Duration::from_secs(1);

static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));

/// The system's authorities, or those of the file that `SSL_CERT_FILE` names.
static USUAL: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some of the system's authorities can't be read");
    }
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(found.certs);
    Arc::new(store)
});

/// The certificates of this process: its own, and those of the authorities that it trusts. Without any it serves no TLS, shows nothing to whom it
/// calls, and trusts the system's authorities. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tls(Option<Arc<Files>>);

#[derive(Debug)]
struct Files {
    held: Watched<Held>,
    /// Whether there is a certificate to serve with.
    serves: bool,
    /// Whether callers must show one as well.
    demands: bool,
}

/// The flags, to be flattened into a program's own.
#[derive(Debug, Default, clap::Args, Serialize)]
#[command(next_help_heading = "TLS")]
pub struct TlsFlags {
    /// The certificate to serve with, and to show to the services that are called: a chain in a PEM file, read again when it changes
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,
    /// Its key
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,
    /// The authorities of the services' certificates, in a PEM file [default: the system's]
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_ca: Option<PathBuf>,
}

/// Where the certificates are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TlsOptions {
    /// The process's own certificate, and those between it and an authority.
    pub tls_cert: Option<PathBuf>,
    /// Its key.
    pub tls_key: Option<PathBuf>,
    /// The authorities of the services' certificates. `None`: the system's.
    pub tls_ca: Option<PathBuf>,
    /// Whether whoever calls a port that is for [`Callers::Anybody`] must show a certificate of these authorities.
    pub tls_client_auth: bool,
}

/// Whom a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// The services of this installation: where authorities are named, who calls shows a certificate of theirs.
    Services,
    /// People, browsers and platforms, who commonly have no certificate: they show one only where `tls_client_auth` says so.
    Anybody,
}

/// Whom a connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A service of this installation: of the named authorities alone, where there are any.
    Ours,
    /// Somebody else's: of the named authorities or of the system's.
    Others,
}

impl TlsOptions {
    /// Reads the files for the first time. What can't be used is told by the setting that names it.
    pub fn open(&self, callers: Callers) -> Result<Tls, Wrong> {
        let files = [("tls_cert", &self.tls_cert), ("tls_key", &self.tls_key), ("tls_ca", &self.tls_ca)];
        let files: Vec<_> = files.into_iter().filter_map(|(setting, path)| Some((setting, path.clone()?))).collect();
        if files.is_empty() {
            return Ok(Tls::default());
        }
        let demands = match callers {
            Callers::Services => self.tls_ca.is_some(),
            Callers::Anybody => self.tls_client_auth,
        };
        let held = Watched::open(files, Held::parse)?;
        Ok(Tls(Some(Arc::new(Files { held, serves: self.tls_cert.is_some(), demands }))))
    }
}

impl Check for TlsOptions {
    fn check(&self) -> Result<(), Wrong> {
        match (&self.tls_cert, &self.tls_key, &self.tls_ca) {
            (Some(_), None, _) => Err(Wrong::new("tls_cert", "it is set, and `tls_key` isn't: a certificate is of no use without its key")),
            (None, Some(_), _) => Err(Wrong::new("tls_key", "it is set, and `tls_cert` isn't: a key is of no use without its certificate")),
            (None, ..) | (.., None) if self.tls_client_auth => Err(Wrong::new(
                "tls_client_auth",
                "it is true, which needs `tls_cert`, `tls_key` and `tls_ca`, and not all of them are set",
            )),
            _ => Ok(()),
        }
    }
}

impl Tls {
    /// Whether a port speaks TLS.
    pub fn serves(&self) -> bool {
        self.0.as_ref().is_some_and(|files| files.serves)
    }

    /// Looks at the files again and again. Never ends.
    pub(crate) async fn follow(&self) {
        let Some(files) = &self.0 else { return std::future::pending().await };
        // Once more: when they were read for the first time nothing was logged yet.
        files.held.present().await.tell();
        loop {
            files.held.present().await;
            tokio::time::sleep(LOOK).await;
        }
    }

    /// How a caller's handshake is answered now. `None`: this process serves no TLS.
    async fn server(&self) -> Result<Option<Arc<ServerConfig>>, rustls::Error> {
        let Some(files) = &self.0 else { return Ok(None) };
        let held = files.held.present().await;
        let Some(identity) = &held.identity else { return Ok(None) };
        let builder = ServerConfig::builder_with_provider(PROVIDER.clone()).with_safe_default_protocol_versions()?;
        let builder = match &held.authorities {
            Some(authorities) if files.demands => {
                let verifier = WebPkiClientVerifier::builder_with_provider(authorities.clone(), PROVIDER.clone()).build();
                builder.with_client_cert_verifier(verifier.map_err(|error| rustls::Error::General(error.to_string()))?)
            }
            _ => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(identity.clone())));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Some(Arc::new(config)))
    }

    /// How a connection is begun now.
    async fn client(&self, whose: Whose) -> Result<Arc<ClientConfig>, rustls::Error> {
        let held = match &self.0 {
            Some(files) => files.held.present().await,
            None => Arc::default(),
        };
        let roots = match (&held.authorities, whose) {
            (Some(authorities), Whose::Ours) => authorities.clone(),
            (Some(authorities), Whose::Others) => {
                let roots = authorities.roots.iter().chain(&USUAL.roots).cloned().collect();
                Arc::new(RootCertStore { roots })
            }
            (None, _) => USUAL.clone(),
        };
        let builder = ClientConfig::builder_with_provider(PROVIDER.clone()).with_safe_default_protocol_versions()?;
        let builder = builder.with_root_certificates(roots);
        let mut config = match &held.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity.clone()))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }
}

/// Makes ring what TLS calculates with. To be called before a reqwest client is built: reqwest is built without a provider of its own, since
/// aws-lc and its C sources would come with it.
pub fn install_crypto_provider() {
    // An error only says that one is installed already.
    let _ = ring::default_provider().install_default();
}

#[cfg(test)]
mod tests;
