//! Where an answer stays, and how it is shared: an act of its own, which makes a link that nobody finds who wasn't given it.

use antigravity_proto::types::{Answer, NoticeKind};

use crate::page::address::segment;
use crate::page::answers::href;
use crate::page::html::{Html, html};

/// Where an answer stands.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Nowhere but on this page.
    Here,
    /// Among the reader's kept ones; with the token of its link, which is empty when there is none, or none that is known.
    Kept { share_token: String },
    /// Behind a link.
    Shared,
}

/// What can be done with an answer that is kept.
pub(super) fn section(answer: &Answer, place: &Place) -> Html {
    let kept = !answer.notices.iter().any(|notice| notice.kind() == NoticeKind::NotKept);
    match place {
        Place::Kept { share_token } if kept => own(&href(&answer.id), share_token),
        Place::Here | Place::Kept { .. } | Place::Shared => Html::default(),
    }
}

fn own(address: &str, share_token: &str) -> Html {
    let button =
        |act: &str, label: &str| html! { form action=(format!("{address}/{act}")) method="post" { button type="submit" { (label) } } };
    html! {
        section.permanent aria-labelledby="permanent" {
            h2 #permanent { "This answer is kept" }
            p { "It stays at " a.stays href=(address) { "an address of its own" } " until it is deleted or its time is up." }
            @if share_token.is_empty() {
                div.acts { (button("share", "Make a link for others")) }
            } @else {
                @let shared = format!("/shared/{}", segment(share_token));
                p { "Whoever has this link can read it, without signing in: " a.link href=(shared) { (shared) } }
                div.acts { (button("withdraw", "Take the link back")) }
            }
            // Two steps, since what is deleted is gone.
            details { summary { "Delete it" } (button("delete", "Delete this answer for good")) }
        }
    }
}
