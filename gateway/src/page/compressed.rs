//! Pages in fewer bytes: gzip, for whoever takes it.
//!
//! Each piece of a page is flushed by itself, so that it arrives when it was written; a library's layer would hold pieces back until its buffer
//! is full. A compressed page's length tells whether what its address says stands in it twice; no page holds a secret that could be guessed so,
//! and one that does must be left out here.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use http::{HeaderMap, HeaderValue};
use http_body::Frame;

/// A layer for pages.
pub(super) async fn compressed(request: Request, next: Next) -> Response {
    let wanted = takes_gzip(request.headers());
    let mut response = next.run(request).await;
    // What is refused is a status in the headers here; its page is written further out.
    if response.status().is_success() && !response.headers().contains_key("grpc-status") {
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
        if wanted {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.headers_mut().remove(CONTENT_LENGTH);
            return response
                .map(|inner| Body::new(Compressed { inner, encoder: Some(GzEncoder::new(Vec::new(), Compression::default())) }));
        }
    }
    response
}

/// `gzip` among the encodings, and not with the weight 0.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    given.map(str::trim).any(|encoding| {
        let (name, weight) = encoding.split_once(';').unwrap_or((encoding, "q=1"));
        name.trim().eq_ignore_ascii_case("gzip") && weight.contains(|c: char| c.is_ascii_digit() && c != '0')
    })
}

struct Compressed {
    inner: Body,
    /// `None` after the end.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl HttpBody for Compressed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context)).transpose()?;
        let Some(encoder) = self.encoder.as_mut() else { return Poll::Ready(frame.map(Ok)) };
        let written = match frame.map(Frame::into_data) {
            Some(Ok(data)) => encoder.write_all(&data).and_then(|()| encoder.flush()).map(|()| std::mem::take(encoder.get_mut())),
            Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
            None => self.encoder.take().map_or_else(|| Ok(Vec::new()), GzEncoder::finish),
        };
        Poll::Ready(Some(written.map(|bytes| Frame::data(Bytes::from(bytes))).map_err(axum::Error::new)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use futures_util::stream;
    use http_body_util::BodyExt as _;

    #[tokio::test]
    async fn each_piece_can_be_read_when_it_comes() {
        let pieces = ["<p>one</p>", "<p>two</p>"].map(|piece| Ok::<_, axum::Error>(Bytes::from(piece)));
        let mut body = Compressed {
            inner: Body::from_stream(stream::iter(pieces)),
            encoder: Some(GzEncoder::new(Vec::new(), Compression::default())),
        };
        let (mut sent, mut read) = (Vec::new(), Vec::new());
        while let Some(frame) = body.frame().await {
            sent.extend(frame.unwrap().into_data().unwrap());
            let mut text = Vec::new();
            // What is not whole yet ends early, and not before what was sent.
            let _ = flate2::read::GzDecoder::new(sent.as_slice()).read_to_end(&mut text);
            read.push(String::from_utf8(text).unwrap());
        }
        assert_eq!(read, ["<p>one</p>", "<p>one</p><p>two</p>", "<p>one</p><p>two</p>"]);
    }

    #[test]
    fn gzip_is_for_who_takes_it() {
        for (given, takes) in
            [("gzip, deflate, br", true), ("br", false), ("GZIP;q=0.5", true), ("gzip;q=0", false), ("gzip;q=0.0", false), ("", false)]
        {
            let headers = [(ACCEPT_ENCODING, HeaderValue::from_static(given))].into_iter().collect();
            assert_eq!(takes_gzip(&headers), takes, "{given}");
        }
    }
}
