//! What the check found, sentence by sentence.

use antigravity_proto::types::{Claim, Verdict, VerdictReason};

use crate::page::citation;
use crate::page::html::{Html, html};
use crate::page::markdown::{self, Anchors};
use crate::page::written;

/// Folded: a count, and behind it each sentence that claims something, with its verdict and what speaks for it most.
pub(super) fn fold(claims: &[Claim]) -> Html {
    // Headings are no claims, so that none needs an id.
    let mut ids = Anchors::new("checked");
    let checked: Vec<&Claim> = claims.iter().filter(|claim| claim.verdict() != Verdict::NoCitationNeeded).collect();
    html! {
        @if !checked.is_empty() {
            details.checked {
                summary { "How the sentences were checked: " (counts(&checked)) }
                ol {
                    @for claim in checked {
                        li {
                            div.said dir="auto" { (markdown::blocks(words(claim), &|_| None, &mut ids)) }
                            p.found { strong class=(class(claim.verdict())) { (claim.verdict().in_words()) } @if claim.reason() != VerdictReason::Unspecified { ": " (claim.reason().in_words()) } }
                            @for evidence in claim.evidence.iter().take(1) { p { (citation::sentence(evidence)) " " span.id { (evidence.preprint_id) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A sentence, without the mark of a list that it may stand in.
fn words(claim: &Claim) -> &str {
    let text = claim.text.trim_start();
    ["- ", "* ", "+ "].into_iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text)
}

fn counts(checked: &[&Claim]) -> String {
    let kinds = [Verdict::Supported, Verdict::PartlySupported, Verdict::Inference, Verdict::Unsupported, Verdict::Unspecified];
    let number = |kind| checked.iter().filter(|claim| claim.verdict() == kind).count() as u64;
    let said: Vec<String> = kinds
        .into_iter()
        .filter(|kind| number(*kind) > 0)
        .map(|kind| format!("{} {}", written::grouped(number(kind)), kind.in_words()))
        .collect();
    said.join(", ")
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unsupported => "verdict bad",
        _ => "verdict",
    }
}
