//! The style, the script and the icon: the only things that a page loads.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use crate::Gateway;

/// A file that goes with the program.
pub(super) struct Asset {
    path: &'static str,
    kind: &'static str,
    text: &'static str,
    href: LazyLock<String>,
}

impl Asset {
    /// Where it is, with a mark of its content: a browser keeps it for good, and fetches the next version's.
    pub(super) fn href(&self) -> &str {
        &self.href
    }
}

macro_rules! asset {
    ($path:literal, $kind:literal, $file:literal) => {
        Asset { path: $path, kind: $kind, text: include_str!($file), href: LazyLock::new(|| marked($path, include_str!($file))) }
    };
}

pub(super) static STYLE: Asset = asset!("/page.css", "text/css; charset=utf-8", "style/page.css");
pub(super) static SCRIPT: Asset = asset!("/page.js", "text/javascript; charset=utf-8", "style/page.js");
pub(super) static ICON: Asset = asset!("/icon.svg", "image/svg+xml", "style/icon.svg");
/// Answers cost time, and some of them money: nobody's crawler asks for them.
static ROBOTS: Asset = asset!("/robots.txt", "text/plain; charset=utf-8", "style/robots.txt");

static ALL: [&Asset; 4] = [&STYLE, &SCRIPT, &ICON, &ROBOTS];

/// Whether the path is one of these files'.
pub(super) fn is_one(path: &str) -> bool {
    ALL.iter().any(|asset| asset.path == path)
}

pub(super) fn router() -> Router<Gateway> {
    ALL.into_iter().fold(Router::new(), |router, asset| {
        router.route(
            asset.path,
            get(async move |uri: Uri| {
                // For good only under its own mark: while a new version is rolled out, this may be another one's.
                let is_marked = uri.path_and_query().is_some_and(|asked| asked.as_str() == asset.href());
                let keep = if is_marked { "public, max-age=31536000, immutable" } else { "max-age=86400" };
                ([(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, keep), (X_CONTENT_TYPE_OPTIONS, "nosniff")], asset.text).into_response()
            }),
        )
    })
}

fn marked(path: &str, text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{path}?{:016x}", hasher.finish())
}
