//! What stands below an answer.

use antigravity_proto::types::{Answer, NoticeKind};

use super::permanent::{self, Place};
use super::{checked, copies, provenance};
use crate::page::address::Asked;
use crate::page::field::{Field, form};
use crate::page::html::{Html, html};

pub(super) fn of(answer: &Answer, asked: &Asked, place: &Place) -> Html {
    html! {
        div.end slot="tail" {
            (notices(answer, asked))
            (follow_ups(answer, asked))
            p.disclaimer { (answer.disclaimer) }
            (permanent::section(answer, place))
            div.folds {
                (checked::fold(&answer.claims))
                (copies::fold(answer))
                (provenance::fold(answer))
            }
            section.again aria-label="Another question" { (form(&Field::Ask { models: &[] }, &asked.with_question(""))) }
        }
    }
}

fn notices(answer: &Answer, asked: &Asked) -> Html {
    html! {
        @for notice in &answer.notices {
            p.notice.grave[is_grave(notice.kind())] role="note" {
                (notice.message)
                @if notice.kind() == NoticeKind::ServedFromKept { " " a href=(asked.anew().href("/ask")) { "Ask anew" } }
            }
        }
    }
}

/// What changes how the answer is to be read.
fn is_grave(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::ModelFailed | NoticeKind::ReplyCut | NoticeKind::ModelDeclined | NoticeKind::SentencesDropped)
}

fn follow_ups(answer: &Answer, asked: &Asked) -> Html {
    html! {
        @if !(answer.follow_ups.is_empty() && answer.follow_up_shortfall.is_empty()) {
            section.follow-ups aria-labelledby="follow-ups" {
                h2 #follow-ups { "Keep exploring" }
                @if !answer.follow_ups.is_empty() {
                    ul {
                        @for follow_up in &answer.follow_ups {
                            li dir="auto" { a href=(asked.with_question(&follow_up.question).href("/ask")) { (follow_up.question) } }
                        }
                    }
                }
                @if !answer.follow_up_shortfall.is_empty() { p.shortfall { (answer.follow_up_shortfall) } }
            }
        }
    }
}
