//! The form that a question, or a search, is written into.

use antigravity_proto::QUESTION_MAX;
use antigravity_proto::types::Model;

use super::address::{Asked, LENGTHS};
use super::html::{Html, html};

/// What a form is for.
pub(super) enum Field<'a> {
    /// A question. `models`: those that can be chosen from; with one alone there is no choice.
    Ask { models: &'a [Model] },
    /// A search.
    Search,
}

/// The form, filled in with what was asked. A page has one.
pub(super) fn form(field: &Field<'_>, asked: &Asked) -> Html {
    let (action, label, button) = match field {
        Field::Ask { .. } => ("/ask", "Your question", "Ask"),
        Field::Search => ("/search", "Search for", "Search"),
    };
    html! {
        form.field action=(action) method="get" role="search" {
            label for="q" { (label) }
            div.line {
                textarea #q name="q" rows="2" maxlength=(QUESTION_MAX) required dir="auto" enterkeyhint="go" aria-keyshortcuts="/" { (asked.question) }
                button type="submit" { (button) }
            }
            details open[asked.is_narrowed() || !asked.model.is_empty() || !asked.length.is_empty()] {
                summary { "Narrow it down" }
                div.options {
                    (input("category", "Categories", &asked.categories, "hep-*, cs.LG"))
                    (input("author", "Authors", &asked.authors, "Noether; Weyl"))
                    (input("from", "From", &asked.from, "2024 or 2024-05"))
                    (input("to", "To", &asked.to, "2026"))
                    @if let Field::Ask { models } = field { (choices(models, asked)) }
                }
            }
        }
    }
}

fn input(name: &'static str, label: &str, value: &str, example: &str) -> Html {
    html! {
        p {
            label for=(name) { (label) }
            input #(name) name=(name) value=(value) placeholder=(example) autocomplete="off" spellcheck="false" dir="auto";
        }
    }
}

fn choices(models: &[Model], asked: &Asked) -> Html {
    html! {
        p {
            label for="length" { "Length" }
            select #length name="length" {
                @for (name, _, label) in LENGTHS { option value=(name) selected[name == asked.length] { (label) } }
            }
        }
        @if models.is_empty() && !asked.model.is_empty() { input type="hidden" name="model" value=(asked.model); }
        @if models.len() > 1 {
            p {
                label for="model" { "Written by" }
                select #model name="model" {
                    @for model in models {
                        @let value = if model.default { "" } else { &model.name };
                        option value=(value) selected[value == asked.model] { (shown(model)) }
                    }
                }
            }
        }
    }
}

fn shown(model: &Model) -> &str {
    match model.provider_model.as_str() {
        "" => "the archive itself (extractive)",
        name => name,
    }
}
