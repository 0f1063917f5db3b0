//! The check of a text that comes from elsewhere: its claims by the preprints that it cites.

use std::sync::Arc;

use antigravity_proto::types::{
    Block, ByteSpan, Claim, Hit, Preprint, QueryResult, SentenceMatch, UnsupportedPolicy, Verdict, VerdictReason,
};
use antigravity_text::{PreprintId, sentences};
use tokio::task::JoinError;

use crate::draft::{DraftUnit, Segmenter, is_visible};
use crate::sources::Sources;
use crate::verify::{self, Checked, Release, SecondJudge, Verifier};

/// What the check says of one claim beside the texts that it cites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grounding {
    /// The verdict, as an answer's sentence would get it. UNSUPPORTED is what an answer marks; PARTLY_SUPPORTED it shows among its claims.
    pub verdict: Verdict,
    /// Why.
    pub reason: VerdictReason,
    /// From 0 to 1, how far the cited texts support the claim by its words and numbers: the figure behind the verdict, before its other rules (negations,
    /// studies told as findings, names, conclusions). It orders claims; it is no probability for claims of another kind than it was fitted on.
    pub support: f64,
}

/// Judges a claim by the texts that it cites, all taken together, beside others that it might have cited instead.
pub fn ground(claim: &str, cited: &[String], others: &[String]) -> Grounding {
    let preprints: Vec<Preprint> = (1..).zip(cited.iter().chain(others)).map(|(number, text)| passage(number, text)).collect();
    let sources = Sources::new(&as_found(&preprints));
    let ids: Vec<PreprintId> = sources.list.iter().take(cited.len()).map(|source| source.id.clone()).collect();
    let (verdict, reason, support) = Verifier::of_a_text(Arc::new(sources)).judge_alone(&units(claim), &ids);
    Grounding { verdict, reason, support }
}

/// Checks every claim of a text by these preprints. An id that none of them has names no source. Spans are bytes of the text as it came.
pub fn check(markdown: &str, preprints: &[Preprint]) -> Vec<Claim> {
    Review::new(markdown, preprints).claims(markdown)
}

/// The same, with the second judge's say where there is one.
pub(crate) async fn check_twice(
    markdown: String,
    preprints: Vec<Preprint>,
    judge: Option<&dyn SecondJudge>,
) -> Result<Vec<Claim>, JoinError> {
    let read = move || (Review::new(&markdown, &preprints), markdown);
    let (mut reviewed, markdown) = tokio::task::spawn_blocking(read).await?;
    if let Some(judge) = judge {
        // When it fails the first verdicts stand.
        let _ = verify::review(judge, &reviewed.sources, &mut reviewed.checked).await;
    }
    Ok(reviewed.claims(&markdown))
}

/// A text whose units were checked.
struct Review {
    sources: Arc<Sources>,
    checked: Vec<Checked>,
    /// Where each of them stands in the text.
    spans: Vec<(usize, usize)>,
}

impl Review {
    fn new(markdown: &str, preprints: &[Preprint]) -> Self {
        let sources = Arc::new(Sources::new(&as_found(preprints)));
        let mut verifier = Verifier::of_a_text(Arc::clone(&sources));
        let (mut checked, mut spans) = (Vec::new(), Vec::new());
        let original = Original::new(markdown);
        let mut from = 0;
        for unit in units(markdown) {
            spans.push(original.find(&unit.text, &mut from));
            checked.extend(verifier.push(unit));
        }
        checked.extend(verifier.finish());
        Self { sources, checked, spans }
    }

    /// Its claims, as an answer's would be told, but at their places in the text.
    fn claims(self, markdown: &str) -> Vec<Claim> {
        let ids = self.sources.list.iter().map(|source| source.id.clone()).collect();
        let mut release = Release::new(UnsupportedPolicy::Mark, ids);
        let released = self.checked.into_iter().filter_map(|unit| release.admit(unit)).map(Block::from);
        let placed =
            self.spans.into_iter().zip(released).flat_map(|(span, block)| block.claims.into_iter().map(move |claim| (span, claim)));
        placed
            .map(|((start, end), claim)| {
                let text = markdown.get(start..end).unwrap_or("").to_owned();
                Claim { span: Some(ByteSpan { start: offset(start), end: offset(end) }), text, ..claim }
            })
            .collect()
    }
}

/// The units of a text. The line that ends a model's answer ends nothing here.
fn units(markdown: &str) -> Vec<DraftUnit> {
    let mut units = Vec::new();
    let mut rest = markdown.to_owned();
    while !rest.is_empty() {
        let mut segmenter = Segmenter::new();
        units.extend(segmenter.push(&rest));
        let (last, tail) = segmenter.finish();
        units.extend(last);
        rest = tail;
    }
    units
}

/// The text as the segmenter sees it, without control characters, and where each byte of that stood.
struct Original {
    visible: String,
    at: Vec<usize>,
}

impl Original {
    fn new(markdown: &str) -> Self {
        let (mut visible, mut at) = (String::with_capacity(markdown.len()), Vec::with_capacity(markdown.len() + 1));
        for (place, c) in markdown.char_indices().filter(|(_, c)| is_visible(*c)) {
            visible.push(c);
            at.extend((0..c.len_utf8()).map(|byte| place + byte));
        }
        at.push(markdown.len());
        Self { visible, at }
    }

    /// Where the next unit stands. `from`: where the one before it ended.
    fn find(&self, unit: &str, from: &mut usize) -> (usize, usize) {
        let start = self.visible.get(*from..).and_then(|rest| rest.find(unit)).map_or(*from, |at| *from + at);
        *from = start + unit.len();
        let place = |byte: usize| self.at.get(byte).copied().unwrap_or_default();
        // Of the last byte, so that control characters behind it stay outside.
        (place(start), place(from.saturating_sub(1)) + usize::from(*from > start))
    }
}

/// Preprints as a search would bring them, so that they are read as the sources of an answer are. No question found them: all cosines are 0.
fn as_found(preprints: &[Preprint]) -> QueryResult {
    let sentence = |span: std::ops::Range<usize>| SentenceMatch {
        span: Some(ByteSpan { start: offset(span.start), end: offset(span.end) }),
        similarity: 0.0,
    };
    let hit = |preprint: &Preprint| Hit {
        sentences: sentences(&preprint.abstract_text).into_iter().map(sentence).collect(),
        preprint: Some(preprint.clone()),
        ..Hit::default()
    };
    QueryResult { hits: preprints.iter().map(hit).collect(), term_weights: Vec::new() }
}

/// A text that has no id of its own.
fn passage(number: usize, text: &str) -> Preprint {
    Preprint { id: format!("AG-2000.01-{number}"), abstract_text: text.to_owned(), ..Preprint::default() }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSTRACT: &str = "Our results show that autoencoders with spherical latent spaces significantly improve anomaly separation. The area under the curve \
                            rises from 0.81 to 0.87.";

    #[test]
    fn a_claim_alone_is_judged_like_an_answers_sentence() {
        let other = "Overtones of the ringdown carry the spin of the remnant black hole.".to_owned();
        for (claim, verdict) in [
            ("Spherical latent spaces improve anomaly separation.", Verdict::Supported),
            ("The area under the curve rises to 0.97.", Verdict::Unsupported),
            ("Overtones of the ringdown carry the spin.", Verdict::Unsupported),
        ] {
            let found = ground(claim, &[ABSTRACT.to_owned()], std::slice::from_ref(&other));
            assert_eq!(found.verdict, verdict, "{claim}: {found:?}");
        }
    }

    #[test]
    fn spans_are_of_the_text_as_it_came() {
        let preprint = Preprint { id: "AG-2025.02-9001".into(), abstract_text: ABSTRACT.into(), ..Preprint::default() };
        let text = "\u{feff}# A\r\n\r\nSpherical\u{7} latent spaces improve anomaly separation [ag-2025.02-9001].\r\n\r\n@@FOLLOW-UPS@@\r\nÜber [AG-1999.01-1] all.\r\n";
        let claims = check(text, &[preprint]);
        for claim in &claims {
            let span = claim.span.as_ref().unwrap();
            assert_eq!(text.get(span.start as usize..span.end as usize), Some(claim.text.as_str()), "{claim:?}");
        }
        let found: Vec<(&str, Verdict)> = claims.iter().map(|claim| (claim.text.as_str(), claim.verdict())).collect();
        assert!(found.iter().any(|(text, verdict)| text.ends_with("[ag-2025.02-9001].") && *verdict == Verdict::Supported), "{found:?}");
        assert!(found.iter().any(|(text, verdict)| text.starts_with("Über") && *verdict == Verdict::Unsupported), "{found:?}");
    }
}
