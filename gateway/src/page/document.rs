//! The frame of every page.

use super::html::{Html, html};
use super::reader::Reader;
use super::{assets, sign_in};

/// A page but for its frame.
pub(super) struct Document<'a> {
    /// What the window is called, before the name of the site.
    pub(super) title: &'a str,
    /// What a search engine may say about it. `None`: it may not list the page at all.
    pub(super) description: Option<&'a str>,
    /// More for the document's head, such as what a citation manager reads.
    pub(super) head: Html,
    /// The address among the site's own sections that the page belongs to.
    pub(super) section: &'static str,
    pub(super) reader: Reader,
    pub(super) main: Html,
}

/// The name of the site.
pub(super) const SITE: &str = "Antigravity Q&A";

const SECTIONS: [(&str, &str); 3] = [("/", "Ask"), ("/search", "Search"), ("/answers", "Answers")];

impl Document<'_> {
    /// The whole document.
    pub(super) fn written(&self) -> Html {
        let title = if self.title.is_empty() { SITE.to_owned() } else { format!("{} · {SITE}", self.title) };
        html! {
            (maud::DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    @match self.description {
                        Some(description) => { meta name="description" content=(description); }
                        None => { meta name="robots" content="noindex"; }
                    }
                    link rel="icon" href=(assets::ICON.href()) type="image/svg+xml";
                    link rel="stylesheet" href=(assets::STYLE.href());
                    script src=(assets::SCRIPT.href()) async {}
                    (self.head)
                }
                body {
                    a.skip href="#main" { "Skip to the text" }
                    header.site {
                        a.name href="/" { (SITE) }
                        nav aria-label="Site" {
                            @for (href, name) in SECTIONS.into_iter().take(if self.reader.has_answers { 3 } else { 2 }) {
                                a href=(href) aria-current=[(href == self.section).then_some("page")] { (name) }
                            }
                        }
                    }
                    main #main tabindex="-1" { (self.main) }
                    p #said .unseen role="status" {}
                    footer.site {
                        p { "Answers only from an archive of preprints, each sentence cited and checked." }
                        p { a href="/openapi.json" { "Interface for programs" } }
                        @if let Some(key) = &self.reader.key {
                            form.sign-out action=(sign_in::SIGN_OUT) method="post" { "Signed in with " span.id { "agq_" (key) } " " button type="submit" { "Sign out" } }
                        }
                    }
                }
            }
        }
    }
}
