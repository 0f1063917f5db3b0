//! What a caller is told that speaks plain text to a port that speaks TLS.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

/// What a TLS connection begins with: the type of a handshake's record.
const HANDSHAKE: u8 = 0x16;

/// To HTTP/1, as other servers do it.
const BAD_REQUEST: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 37\r\nconnection: close\r\n\r\n\
    This port speaks TLS: use https://.\r\n";

/// To HTTP/2: empty SETTINGS, and a GOAWAY with INADEQUATE_SECURITY (RFC 9113, 6.8 and 7) whose debug data gRPC clients show.
const GO_AWAY: &[u8] = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\
    \x00\x00\x2a\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0cThis port speaks TLS: use https://";

/// How long, and how much, an ended caller is still listened to, so that what it was told isn't lost with a reset.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 64 * 1024;

/// Whether a connection that begins with this byte is to become a TLS connection.
pub(super) fn is_tls(first: u8) -> bool {
    first == HANDSHAKE
}

/// Says so, and ends. What is no HTTP either is told nothing.
pub(super) async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut start = [0; 3];
    stream.read_exact(&mut start).await?;
    if start == *b"PRI" {
        stream.write_all(GO_AWAY).await?;
    } else if start.iter().all(u8::is_ascii_uppercase) {
        stream.write_all(BAD_REQUEST).await?;
    }
    end(stream).await
}

/// Ends a connection so that the other end reads what was written last.
pub(super) async fn end(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = stream.take(LINGER_BYTES);
    // One that doesn't end by itself is cut.
    let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a caller that says this reads to the end.
    async fn told(said: &[u8]) -> Vec<u8> {
        let (mut caller, port) = tokio::io::duplex(1024);
        let (read, _) = tokio::join!(
            async {
                caller.write_all(said).await.unwrap();
                caller.shutdown().await.unwrap();
                let mut read = Vec::new();
                caller.read_to_end(&mut read).await.unwrap();
                read
            },
            answer(port)
        );
        read
    }

    #[tokio::test]
    async fn plain_text_is_told_to_use_https_in_its_own_protocol() {
        let http = String::from_utf8(told(b"GET /v1 HTTP/1.1\r\nhost: lab\r\n\r\n").await).unwrap();
        let (head, body) = http.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("use https://"), "{http}");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{http}");

        let frames = told(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        let (settings, go_away) = frames.split_at(9);
        assert_eq!(settings, b"\0\0\0\x04\0\0\0\0\0", "an empty SETTINGS comes first");
        assert_eq!((usize::from(go_away[2]), go_away[3], go_away[16]), (go_away.len() - 9, 7, 0x0c), "GOAWAY, INADEQUATE_SECURITY");
        assert!(go_away.ends_with(b"use https://"));

        assert_eq!(told(b"\x03\x00\x00\x13").await, b"", "who speaks something else is told nothing");
    }
}
