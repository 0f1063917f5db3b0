//! Where an answer comes from, and where its time went.

use antigravity_proto::types::{Answer, Provenance, Timings};
use prost_types::Duration;

use crate::page::html::{Html, html};
use crate::page::written;

/// Folded: all that a lab needs to have the same answer again.
pub(super) fn fold(answer: &Answer) -> Html {
    let Some(provenance) = &answer.provenance else { return Html::default() };
    html! {
        details.provenance {
            summary { "Where this comes from" }
            dl { @for (name, value) in facts(answer, provenance).into_iter().filter(|(_, value)| !value.is_empty()) { dt { (name) } dd { (value) } } }
            @if let Some(timings) = &provenance.timings {
                table {
                    caption { "Time by stage" }
                    @for (stage, time) in stages(timings) { @if let Some(time) = time { tr { th scope="row" { (stage) } td { (written::duration(time)) } } } }
                }
            }
        }
    }
}

fn facts(answer: &Answer, provenance: &Provenance) -> Vec<(&'static str, String)> {
    let usage = provenance.usage.as_ref().filter(|usage| usage.input_tokens + usage.output_tokens > 0);
    let tokens = usage.map(|usage| {
        let grouped = |tokens: u32| written::grouped(tokens.into());
        format!("{} read, {} written", grouped(usage.input_tokens), grouped(usage.output_tokens))
    });
    let weights = provenance.retrieval.as_ref().map(|retrieval| {
        let shares = [retrieval.dense_weight, retrieval.words_weight, retrieval.sentences_weight];
        let [dense, words, sentences] = shares.map(written::percent);
        format!("{} candidates; meaning {dense}%, words {words}%, best sentence {sentences}%", retrieval.candidates)
    });
    vec![
        ("Answer", answer.id.clone()),
        ("Written by", provenance.model.as_ref().map(|model| model.name.clone()).unwrap_or_default()),
        ("Prompt", provenance.prompt_version.clone()),
        ("Calls of a model", if provenance.model_calls == 0 { String::new() } else { provenance.model_calls.to_string() }),
        ("Tokens", tokens.unwrap_or_default()),
        ("Archive", provenance.archive.clone()),
        ("Revision", provenance.archive_revision.clone()),
        ("Found by", weights.unwrap_or_default()),
        ("Similarity by", provenance.embedding_model.clone()),
        ("Left out of the prompt", provenance.dropped_sources.join(", ")),
        ("Kept answer", provenance.served_from.clone()),
        ("Software", provenance.software_version.clone()),
    ]
}

fn stages(timings: &Timings) -> [(&'static str, Option<&Duration>); 10] {
    [
        ("Embedding the question", timings.embed.as_ref()),
        ("Searching", timings.search.as_ref()),
        ("Judging coverage", timings.coverage.as_ref()),
        ("Until the model’s first word", timings.first_token.as_ref()),
        ("The model", timings.model.as_ref()),
        ("Composing", timings.compose.as_ref()),
        ("Checking sentences", timings.verify.as_ref()),
        ("Checking follow-ups", timings.follow_ups.as_ref()),
        ("All", timings.total.as_ref()),
        ("All but the model", timings.overhead.as_ref()),
    ]
}
