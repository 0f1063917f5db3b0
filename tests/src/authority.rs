//! A certificate authority of a test's own, and the certificates that it issues, in files as a service reads them.

use std::fs;
use std::path::{Path, PathBuf};

use antigravity_chassis::tls::{Callers, Tls, TlsOptions};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};

/// An authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate's three files: the certificate, its key, and the authorities that its owner trusts.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
}

/// How long a certificate is valid.
#[derive(Clone, Copy)]
pub enum Valid {
    /// For far longer than a test takes: until the first of January 2200.
    Now,
    /// It ended years ago.
    Expired,
}

/// When a certificate ends that is valid now, in seconds since 1970.
pub const END: u64 = 7_258_118_400;

impl Authority {
    /// A new one of this name.
    pub fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.not_after = date_time_ymd(2200, 1, 1);
        Self(CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Issues a certificate for these names, as cert-manager does for a service: for both sides of a connection. Its owner trusts this authority.
    pub fn issue(&self, folder: &Path, names: &[&str], valid: Valid) -> Files {
        let mut parameters = CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        (parameters.not_before, parameters.not_after) = match valid {
            Valid::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(2200, 1, 1)),
            Valid::Expired => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
        };
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        fs::create_dir_all(folder).unwrap();
        let files = Files { folder: folder.to_owned() };
        fs::write(files.cert(), certificate.pem()).unwrap();
        fs::write(files.key(), key.serialize_pem()).unwrap();
        fs::write(files.ca(), self.pem()).unwrap();
        files
    }
}

impl Files {
    /// The certificate.
    pub fn cert(&self) -> PathBuf {
        self.folder.join("tls.crt")
    }

    /// Its key.
    pub fn key(&self) -> PathBuf {
        self.folder.join("tls.key")
    }

    /// The authorities that are trusted.
    pub fn ca(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    /// The same files in another folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The settings that name them.
    pub fn options(&self) -> TlsOptions {
        TlsOptions { tls_cert: Some(self.cert()), tls_key: Some(self.key()), tls_ca: Some(self.ca()), tls_client_auth: false }
    }

    /// Read, for a port between services.
    pub fn open(&self) -> Tls {
        self.options().open(Callers::Services).unwrap()
    }

    /// The variables that name them.
    pub fn variables(&self) -> [(&'static str, PathBuf); 3] {
        [("ANTIGRAVITY_TLS_CERT", self.cert()), ("ANTIGRAVITY_TLS_KEY", self.key()), ("ANTIGRAVITY_TLS_CA", self.ca())]
    }
}
