//! What settings and files are refused, and what is kept while files are broken.

use std::{fs, path::Path};

use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use super::*;

/// A certificate that signs itself, in two files.
fn pair(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let (cert_file, key_file) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
    fs::write(&cert_file, certificate.pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    (cert_file, key_file)
}

fn options(cert: Option<&Path>, key: Option<&Path>, ca: Option<&Path>) -> TlsOptions {
    let [tls_cert, tls_key, tls_ca] = [cert, key, ca].map(|path| path.map(Path::to_owned));
    TlsOptions { tls_cert, tls_key, tls_ca, tls_client_auth: false }
}

#[test]
fn settings_that_make_no_sense_together_are_refused() {
    let file = Some(Path::new("any.pem"));
    for (options, setting) in [
        (options(file, None, None), "tls_cert"),
        (options(None, file, file), "tls_key"),
        (TlsOptions { tls_client_auth: true, ..options(file, file, None) }, "tls_client_auth"),
        (TlsOptions { tls_client_auth: true, ..options(None, None, file) }, "tls_client_auth"),
    ] {
        assert_eq!(options.check().unwrap_err().setting, setting, "{options:?}");
    }
    for options in [options(None, None, None), options(file, file, None), options(None, None, file), options(file, file, file)] {
        assert_eq!(options.check(), Ok(()), "{options:?}");
    }
}

#[test]
fn files_that_cannot_be_used_are_refused_by_setting_and_name() {
    let folder = TempDir::new().unwrap();
    let ((cert, key), (_, foreign)) = (pair(folder.path(), "a"), pair(folder.path(), "b"));
    let [empty, half, missing] = ["empty.pem", "half.pem", "missing.pem"].map(|name| folder.path().join(name));
    fs::write(&empty, "").unwrap();
    let whole = fs::read_to_string(&cert).unwrap();
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    for (options, setting, file, what) in [
        (options(Some(&missing), Some(&key), None), "tls_cert", &missing, "No such file"),
        (options(Some(&empty), Some(&key), None), "tls_cert", &empty, "no certificate"),
        (options(Some(&half), Some(&key), None), "tls_cert", &half, "no PEM"),
        (options(Some(&key), Some(&key), None), "tls_cert", &key, "no certificate"),
        (options(Some(&cert), Some(&cert), None), "tls_key", &cert, "no private key"),
        (options(Some(&cert), Some(&foreign), None), "tls_key", &foreign, "not the key of the certificate"),
        (options(None, None, Some(&empty)), "tls_ca", &empty, "no certificate"),
        (options(None, None, Some(&missing)), "tls_ca", &missing, "No such file"),
    ] {
        let wrong = options.open(Callers::Anybody).unwrap_err();
        assert_eq!(wrong.setting, setting, "{wrong}");
        assert!(wrong.wrong.starts_with(&file.display().to_string()) && wrong.wrong.contains(what), "{wrong}");
        assert!(wrong.accepted.contains("PEM file"), "{wrong}");
        assert!(!wrong.to_string().contains("PRIVATE KEY"), "{wrong}");
    }
    assert!(options(Some(&cert), Some(&key), Some(&cert)).open(Callers::Services).unwrap().serves());
    assert!(!options(None, None, Some(&cert)).open(Callers::Services).unwrap().serves());
    assert!(!TlsOptions::default().open(Callers::Services).unwrap().serves());
}

#[tokio::test]
async fn a_half_written_pair_is_not_taken() {
    let folder = TempDir::new().unwrap();
    let ((cert, key), (other_cert, other_key)) = (pair(folder.path(), "a"), pair(folder.path(), "b"));
    let files = vec![("tls_cert", cert.clone()), ("tls_key", key.clone())];
    let held = Watched::open(files, Held::parse).unwrap().looked_at_every(Duration::ZERO);
    let (first, second) = (fs::read_to_string(&cert).unwrap(), fs::read_to_string(&other_cert).unwrap());
    let shown = async || {
        let identity = held.present().await.identity.clone().unwrap();
        let pem_of =
            |path: &Path| <rustls::pki_types::CertificateDer<'_> as rustls::pki_types::pem::PemObject>::from_pem_file(path).unwrap();
        if identity.cert[0] == pem_of(&other_cert) { "second" } else { "first" }
    };
    assert_eq!(shown().await, "first");
    for (now_holds, expected) in [(second.as_str(), "first"), (&first[..99], "first"), ("", "first"), (second.as_str(), "first")] {
        fs::write(&cert, now_holds).unwrap();
        assert_eq!(shown().await, expected, "the key isn't there yet");
    }
    fs::copy(&other_key, &key).unwrap();
    assert_eq!(shown().await, "second");
    fs::remove_file(&key).unwrap();
    assert_eq!(shown().await, "second", "a file that is gone says nothing");
}
