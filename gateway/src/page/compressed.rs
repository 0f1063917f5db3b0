//! Pages in fewer bytes: gzip, for whoever takes it.
//!
//! It stands outermost, so that whatever is written into a page that is under way, such as why it was cut off, is compressed with the rest. Each
//! piece of a page is flushed by itself, so that it arrives when it was written; a library's layer would hold pieces back until its buffer is
//! full. A compressed page's length tells whether what its address says stands in it twice; no page holds a secret that could be guessed so, and
//! one that does must be left out here.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use antigravity_chassis::transport::Transport;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body as HttpBody, Frame};
use tonic::Status;
use tonic::body::Body;
use tower::util::{BoxCloneSyncService, ServiceExt as _};

/// What is compressed: pages, and what they are made up with.
const TYPES: [&str; 4] = ["text/html", "text/css", "text/javascript", "image/svg+xml"];

/// Wraps all that answers over HTTP. What is no page, and a page that says that something failed before it was begun, stays as it is.
pub(crate) fn compressed(inner: Transport) -> Transport {
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
        let wanted = takes_gzip(request.headers());
        let answer = inner.clone().oneshot(request);
        async move { answer.await.map(|response| if is_page(&response) { packed(response, wanted) } else { response }) }
    }))
}

fn is_page(response: &Response<Body>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    response.status().is_success() && TYPES.iter().any(|page| kind.starts_with(page.as_bytes()))
}

fn packed(mut response: Response<Body>, wanted: bool) -> Response<Body> {
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    if !wanted {
        return response;
    }
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.headers_mut().remove(CONTENT_LENGTH);
    response.map(|inner| Body::new(Compressed::new(inner)))
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

impl Compressed {
    fn new(inner: Body) -> Self {
        Self { inner, encoder: Some(GzEncoder::new(Vec::new(), Compression::default())) }
    }
}

impl HttpBody for Compressed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context)).transpose()?;
        let Some(encoder) = self.encoder.as_mut() else { return Poll::Ready(frame.map(Ok)) };
        let written = match frame.map(Frame::into_data) {
            Some(Ok(data)) => encoder.write_all(&data).and_then(|()| encoder.flush()).map(|()| std::mem::take(encoder.get_mut())),
            Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
            None => self.encoder.take().map_or_else(|| Ok(Vec::new()), GzEncoder::finish),
        };
        Poll::Ready(Some(written.map(|bytes| Frame::data(Bytes::from(bytes))).map_err(|error| Status::internal(error.to_string()))))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Read as _;

    use super::*;
    use futures_util::stream;
    use http_body_util::{BodyExt as _, StreamBody};

    #[tokio::test]
    async fn each_piece_can_be_read_when_it_comes() {
        let pieces = ["<p>one</p>", "<p>two</p>"].map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::from(piece))));
        let mut body = Compressed::new(Body::new(StreamBody::new(stream::iter(pieces))));
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
