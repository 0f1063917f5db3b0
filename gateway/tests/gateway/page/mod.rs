//! The pages as a browser gets them, over a real port: what stands in them, in which order, and what never does.

mod answer;
mod kept;
mod others;
mod refusal;
mod safety;
mod sign_in;

use std::io::Read as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fakes::{Reply, Served, request};

/// What a browser asks with, and further headers.
pub async fn browse_with(served: &Served, path: &str, headers: &[(&str, &str)]) -> Reply {
    let further: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    served.raw(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html,*/*;q=0.8\r\n{further}connection: close\r\n\r\n")).await
}

pub async fn browse(served: &Served, path: &str) -> Reply {
    browse_with(served, path, &[]).await
}

/// The same of a compressed page, which has to be whole: nothing is left over behind its end.
pub async fn browse_packed(served: &Served, path: &str, headers: &[(&str, &str)]) -> String {
    let further: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    // HTTP/1.0 has no chunks: what is sent is the page.
    let request = format!("GET {path} HTTP/1.0\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: gzip\r\n{further}\r\n");
    let mut stream = served.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    assert!(String::from_utf8_lossy(&bytes[..end]).contains("content-encoding: gzip"), "{path} isn't compressed");
    let mut page = String::new();
    flate2::bufread::MultiGzDecoder::new(&bytes[end + 4..]).read_to_string(&mut page).unwrap();
    page
}

/// What a form of a page sends.
pub async fn submit(served: &Served, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    served.raw(request(path, &[&form, headers].concat(), body.join("&").as_bytes())).await
}

pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What stands between `from` and the next `to`.
pub fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from} in {page}")) + from.len();
    let rest = &page[start..];
    &rest[..rest.find(to).unwrap_or_else(|| panic!("no {to} after {from} in {page}"))]
}

/// The page without its tags, one space between words.
pub fn words(page: &str) -> String {
    let text: String = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
