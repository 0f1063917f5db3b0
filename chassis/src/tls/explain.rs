//! What is wrong with a connection, in words that say what to do.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

/// Of a port that was called without TLS.
pub(super) const SPEAKS_TLS: &str = "it speaks TLS: use https://";

/// Why a handshake, or the first reading after it, failed.
pub(super) fn failed(error: &io::Error) -> String {
    match error.get_ref().and_then(|error| error.downcast_ref::<Error>()) {
        Some(Error::InvalidMessage(_)) => "it doesn't speak TLS: use http://".to_owned(),
        Some(Error::InvalidCertificate(wrong)) => certificate(wrong),
        Some(Error::AlertReceived(alert)) => refused(*alert),
        Some(other) => format!("TLS fails: {other}"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => "it ended the connection during the TLS handshake".to_owned(),
        None => format!("TLS fails: {error}"),
    }
}

fn certificate(wrong: &CertificateError) -> String {
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "its certificate isn't valid yet".to_owned(),
        // A bad signature is that of an authority of the same name with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is of an authority that isn't trusted here: name the authority by tls_ca".to_owned()
        }
        other => format!("its certificate can't be accepted: {other}"),
    }
}

/// By what the other end said.
fn refused(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateRequired => "it demands a certificate: set tls_cert and tls_key".to_owned(),
        AlertDescription::CertificateExpired => "it refuses the certificate that it is shown, which has expired".to_owned(),
        AlertDescription::UnknownCA | AlertDescription::DecryptError => {
            "it refuses the certificate that it is shown, which is of another authority".to_owned()
        }
        AlertDescription::BadCertificate | AlertDescription::UnsupportedCertificate | AlertDescription::CertificateUnknown => {
            format!("it refuses the certificate that it is shown ({alert:?})")
        }
        AlertDescription::NoApplicationProtocol => "it doesn't speak HTTP/2".to_owned(),
        other => format!("it ended TLS ({other:?})"),
    }
}

/// Whether the first bytes of an answer are those of a port that expected TLS: an alert, or words of ours, of nginx, of Go's server and others.
pub(super) fn is_of_tls_port(bytes: &[u8]) -> bool {
    let said = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    bytes.starts_with(&[0x15, 0x03]) || said.contains("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_speaks_tls_is_known_by_its_answer() {
        for (answer, known) in [
            (&b"\x15\x03\x01\x00\x02\x02\x46"[..], true),
            (b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", true),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n<title>400 The plain HTTP request was sent to HTTPS port</title>", true),
            (b"HTTP/1.1 404 Not Found\r\n\r\n", false),
            (b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", false),
            (b"", false),
        ] {
            assert_eq!(is_of_tls_port(answer), known, "{answer:?}");
        }
    }
}
