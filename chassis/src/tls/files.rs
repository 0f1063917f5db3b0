//! What the three files hold.

use std::{fmt::Display, sync::Arc, time::SystemTime};

use rustls::{
    RootCertStore,
    crypto::ring::sign::any_supported_type,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
    sign::CertifiedKey,
};
use x509_cert::{Certificate, der::Decode as _};

use crate::{
    metrics::Gauges,
    options::Wrong,
    watched::{Text, Texts},
};

static ENDS: Gauges<1> = Gauges::new(
    "antigravity_certificate_expiry_timestamp_seconds",
    "When a certificate in use ends: the first of the service's own chain, the last of its authorities.",
    ["setting"],
);

/// The certificate with its key, and the authorities, as far as there are files of them.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) identity: Option<Arc<CertifiedKey>>,
    pub(super) authorities: Option<Arc<RootCertStore>>,
    /// When the certificates of a setting end, in seconds since 1970.
    ends: Vec<(&'static str, u64)>,
}

impl Held {
    /// Reads what the files hold. A certificate that has ended is no error: whoever is shown it refuses it, and it may be renewed at any time.
    pub(super) fn parse(texts: &Texts) -> Result<Self, Wrong> {
        let own = match (texts.of("tls_cert"), texts.of("tls_key")) {
            (Some(cert), Some(key)) => Some(identity(cert, key)?),
            _ => None,
        };
        let trusted = match texts.of("tls_ca") {
            Some(ca) => Some(authorities(ca)?),
            None => None,
        };
        let first = own.as_ref().and_then(|identity: &CertifiedKey| identity.cert.iter().filter_map(end).min());
        let last = trusted.as_ref().and_then(|(_, last)| *last);
        let ends = [("tls_cert", first), ("tls_ca", last)].into_iter().filter_map(|(setting, end)| Some((setting, end?))).collect();
        let held = Self { identity: own.map(Arc::new), authorities: trusted.map(|(store, _)| Arc::new(store)), ends };
        held.tell();
        Ok(held)
    }

    /// Tells when the certificates end, and warns of those that have.
    pub(super) fn tell(&self) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        for &(setting, end) in &self.ends {
            #[allow(clippy::cast_precision_loss, reason = "exact for 285 million years")]
            ENDS.set([setting], end as f64);
            if end <= now {
                let ago = now - end;
                tracing::warn!(setting, seconds_ago = ago, "the certificate has ended: put a new one into the file, no restart is needed");
            }
        }
    }
}

/// A certificate and its key, which belong together.
fn identity(cert: &Text, key: &Text) -> Result<CertifiedKey, Wrong> {
    let chain = certificates(cert)?;
    let found = PrivateKeyDer::from_pem_slice(key.text.as_bytes()).map_err(|error| match error {
        pem::Error::NoItemsFound => key.wrong("there is no private key in it; one that is encrypted can't be read"),
        error => key.wrong(no_pem(&error)),
    })?;
    let signing = any_supported_type(&found).map_err(|_| key.wrong("the key is none of RSA, ECDSA (P-256, P-384) or Ed25519"))?;
    let identity = CertifiedKey::new(chain, signing);
    match identity.keys_match() {
        Ok(()) => Ok(identity),
        Err(rustls::Error::InconsistentKeys(_)) => Err(key.wrong("it is not the key of the certificate that `tls_cert` names")),
        Err(error) => Err(cert.wrong(error)),
    }
}

/// The authorities, and when the last of them ends: while two overlap, the old one may end.
fn authorities(ca: &Text) -> Result<(RootCertStore, Option<u64>), Wrong> {
    let mut store = RootCertStore::empty();
    let found = certificates(ca)?;
    let last = found.iter().filter_map(end).max();
    for (at, certificate) in found.into_iter().enumerate() {
        store.add(certificate).map_err(|error| ca.wrong(format!("certificate {} of it can't be used: {error}", at + 1)))?;
    }
    Ok((store, last))
}

fn certificates(file: &Text) -> Result<Vec<CertificateDer<'static>>, Wrong> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file.text.as_bytes()).collect();
    let found = found.map_err(|error| file.wrong(no_pem(&error)))?;
    if found.is_empty() { Err(file.wrong("there is no certificate in it")) } else { Ok(found) }
}

fn no_pem(error: &dyn Display) -> String {
    format!("it is no PEM: {error}")
}

/// When a certificate ends, in seconds since 1970. `None` for one that can't be read so far, which a verifier may still accept.
fn end(certificate: &CertificateDer<'_>) -> Option<u64> {
    let certificate = Certificate::from_der(certificate).ok()?;
    Some(certificate.tbs_certificate().validity().not_after.to_unix_duration().as_secs())
}
