//! Who is let in and who isn't, and what each is told.

use std::time::Duration;

use antigravity_chassis::tls::{Callers, Tls, TlsOptions};
use antigravity_tests::authority::{Authority, Valid};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::port::Port;

/// The beginning of a ClientHello: a handshake's record of 512 bytes, of which none comes.
const BEGUN: &[u8] = b"\x16\x03\x01\x02\x00";

#[tokio::test]
async fn each_pair_of_certificates_is_accepted_or_refused_with_the_reason() {
    let folder = TempDir::new().unwrap();
    let (ours, foreign) = (Authority::new("ours"), Authority::new("foreign"));
    let issue =
        |authority: &Authority, folder_name: &str, names: &[&str], valid| authority.issue(&folder.path().join(folder_name), names, valid);
    let right = issue(&ours, "right", &["localhost"], Valid::Now);
    let by_address = issue(&ours, "by_address", &["127.0.0.1"], Valid::Now);
    let misnamed = issue(&ours, "misnamed", &["retriever.lab", "*.localhost"], Valid::Now);
    let expired = issue(&ours, "expired", &["localhost"], Valid::Expired);
    let of_others = issue(&foreign, "of_others", &["localhost"], Valid::Now);
    let of_namesake = issue(&Authority::new("ours"), "of_namesake", &["localhost"], Valid::Now);
    let open = |options: TlsOptions| options.open(Callers::Services).unwrap();
    let trusting = |own: &antigravity_tests::authority::Files| open(TlsOptions { tls_ca: Some(right.ca()), ..own.options() });
    let only_ca = open(TlsOptions { tls_ca: Some(right.ca()), ..Default::default() });

    for (case, served, caller, called, expected) in [
        ("both are right", right.open(), right.open(), "https://localhost", Ok(())),
        ("by its address", by_address.open(), right.open(), "https://127.0.0.1", Ok(())),
        ("another name", misnamed.open(), right.open(), "https://localhost", Err("not valid for name \"localhost\"")),
        ("a name instead of the address", right.open(), right.open(), "https://127.0.0.1", Err("not valid for name \"127.0.0.1\"")),
        ("another authority", of_others.open(), right.open(), "https://localhost", Err("authority that isn't trusted here")),
        ("an authority of the same name", of_namesake.open(), right.open(), "https://localhost", Err("authority that isn't trusted here")),
        ("the system's authorities", right.open(), Tls::default(), "https://localhost", Err("authority that isn't trusted here")),
        ("expired", expired.open(), right.open(), "https://localhost", Err("its certificate has expired")),
        ("no certificate shown", right.open(), only_ca.clone(), "https://localhost", Err("set tls_cert and tls_key")),
        ("one of others shown", right.open(), trusting(&of_others), "https://localhost", Err("which is of another authority")),
        ("one of a namesake shown", right.open(), trusting(&of_namesake), "https://localhost", Err("which is of another authority")),
        ("an expired one shown", right.open(), trusting(&expired), "https://localhost", Err("is shown, which has expired")),
        ("plain text to TLS", right.open(), Tls::default(), "http://localhost", Err("it speaks TLS: use https://")),
        ("TLS to plain text", Tls::default(), right.open(), "https://localhost", Err("it doesn't speak TLS: use http://")),
        ("neither speaks TLS", Tls::default(), right.open(), "http://localhost", Ok(())),
    ] {
        let port = Port::open(&served).await;
        let (scheme, name) = called.split_once("://").unwrap();
        let told = port.call(&caller, scheme, name).await;
        match expected {
            Ok(()) => assert_eq!(told, Ok(()), "{case}"),
            Err(part) => {
                let told = told.unwrap_err();
                assert!(told.starts_with("the retriever can't be reached: ") && told.contains(part), "{case}: {told}");
            }
        }
    }

    // A port for anybody asks for no certificate until it is told to.
    let anybody = right.options();
    for (demands, expected) in [(false, true), (true, false)] {
        let served = TlsOptions { tls_client_auth: demands, ..anybody.clone() }.open(Callers::Anybody).unwrap();
        let port = Port::open(&served).await;
        assert_eq!(port.call(&only_ca, "https", "localhost").await.is_ok(), expected, "tls_client_auth = {demands}");
        assert_eq!(port.call(&right.open(), "https", "localhost").await, Ok(()), "tls_client_auth = {demands}");
    }
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_answered_in_plain_words() {
    let folder = TempDir::new().unwrap();
    let port = Port::open(&Authority::new("ours").issue(folder.path(), &["localhost"], Valid::Now).open()).await;
    let mut stream = TcpStream::connect(port.address).await.unwrap();
    stream.write_all(b"POST /v1/answers HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("\r\n\r\nThis port speaks TLS: use https://"), "{answer}");
}

#[tokio::test]
async fn handshakes_that_never_end_hold_nobody_up_and_are_cut() {
    let folder = TempDir::new().unwrap();
    let tls = Authority::new("ours").issue(folder.path(), &["localhost"], Valid::Now).open();
    let patient = Port::open(&tls).await;
    let mut hanging = Vec::new();
    for said in [&b""[..], BEGUN, b"G"].into_iter().cycle().take(60) {
        let mut stream = TcpStream::connect(patient.address).await.unwrap();
        stream.write_all(said).await.unwrap();
        hanging.push(stream);
    }
    assert_eq!(patient.call(&tls, "https", "localhost").await, Ok(()), "in front of 60 that hang");
    drop(hanging);

    let impatient = Port::with_handshakes_within(Duration::from_millis(50), &tls).await;
    for said in [&b""[..], BEGUN, b"G"] {
        let mut stream = TcpStream::connect(impatient.address).await.unwrap();
        stream.write_all(said).await.unwrap();
        // It ends or is reset: without the limit this would wait for ever.
        let read = stream.read(&mut [0; 64]).await;
        assert!(matches!(&read, Ok(0) | Err(_)), "{said:?}: {read:?}");
    }
}
