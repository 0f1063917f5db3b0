//! The page without a model: what the archive itself says, in its own words, in the shape of an answer. It quotes and reports; it doesn't
//! reason. Every sentence of it passes the verifier like a model's.

mod acronym;
mod candidate;
mod display;
mod figures;
mod frame;
mod lead_in;
mod orphan;
mod reported;
mod select;
mod tidy;

use antigravity_proto::types::{AnswerLength, Coverage, CoverageLevel};

use crate::concept::Vocabulary;
use crate::coverage::relevant;
use crate::markdown::plain_text;
use crate::sources::{Source, Sources};
use select::Chosen;

pub(crate) use acronym::{Acronym, acronyms};
pub(crate) use tidy::untied;

/// Names the composer's rules. Kept in each answer's provenance where a model's prompt version would stand.
pub const COMPOSER_VERSION: &str = "extractive-2";

/// Writes the answer as Markdown.
pub(crate) fn compose(question: &str, sources: &Sources, coverage: &Coverage, length: AnswerLength) -> String {
    if coverage.level() == CoverageLevel::None {
        return frame::nothing_here(coverage, &nearest(sources));
    }
    let vocabulary = Vocabulary::new(sources);
    let chosen = select::select(question, sources, length, &vocabulary);
    // What the asker calls by a short form needs no explanation.
    let asked = question.split(|c: char| !(c.is_alphanumeric() || c == '-')).map(str::to_owned);
    let mut told = Told { lead_ins: Vec::new(), acronyms: asked.collect() };
    let mut parts = vec![frame::opening(question, coverage)];
    for paragraph in &chosen {
        if let Some(text) = paragraph_of(question, sources, paragraph, parts.len(), &vocabulary, &mut told) {
            parts.push(text);
        }
    }
    let told_by_title = (length != AnswerLength::Short).then(|| titles_alone(sources, &chosen)).flatten();
    if parts.len() == 1 && told_by_title.is_none() {
        parts.extend(nearest_alone(sources));
    }
    parts.extend(told_by_title);
    parts.push(frame::closing(coverage, length));
    parts.extend(frame::note(coverage));
    parts.join("\n\n")
}

/// What the page has said so far.
struct Told {
    /// The words that paragraphs opened with.
    lead_ins: Vec<String>,
    /// The acronyms that were explained.
    acronyms: Vec<String>,
}

/// One preprint: a lead-in from its own key phrase, then what it reports.
fn paragraph_of(
    question: &str,
    sources: &Sources,
    chosen: &Chosen<'_>,
    place: usize,
    vocabulary: &Vocabulary,
    told: &mut Told,
) -> Option<String> {
    let reporter = reported::Reporter { source: chosen.source, vocabulary, acronyms: acronym::acronyms(chosen.source, vocabulary), place };
    let mut statements = Vec::new();
    for quoted in &chosen.sentences {
        statements.extend(reporter.report(quoted, statements.len(), &mut told.acronyms));
    }
    if statements.is_empty() {
        return None;
    }
    let sentences = chosen.sentences.iter().map(|sentence| sentence.text.as_str());
    let lead_in = lead_in::lead_in(question, sources, chosen.source, sentences, vocabulary, &mut told.lead_ins);
    Some(format!("{}{}", lead_in.map(|lead_in| format!("**{lead_in}.** ")).unwrap_or_default(), statements.join(" ")))
}

/// Relevant preprints that are known by their title alone, named as such.
fn titles_alone(sources: &Sources, chosen: &[Chosen<'_>]) -> Option<String> {
    let alone = |source: &&Source| source.is_title_only() && !chosen.iter().any(|paragraph| paragraph.source.id == source.id);
    let source = relevant(sources).into_iter().find(alone)?;
    Some(format!("[{}] bears on this by its title, *{}*; the archive holds no abstract of it.", source.id, plain_text(&source.title)))
}

/// Where nothing can be quoted of any preprint that bears on the question, the most similar one by its title: an answer that promises evidence gives some.
fn nearest_alone(sources: &Sources) -> Option<String> {
    let source = nearest(sources).into_iter().next()?;
    let read = if source.is_title_only() { "the archive holds no abstract of it" } else { "its abstract says more" };
    Some(format!("[{}] bears on this by its title, *{}*; {read}.", source.id, plain_text(&source.title)))
}

/// The preprints that are listed when the question lies outside: the three most similar ones.
fn nearest(sources: &Sources) -> Vec<&Source> {
    let mut near: Vec<&Source> = sources.list.iter().collect();
    near.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    near.truncate(3);
    near
}

#[cfg(test)]
mod never_empty;
#[cfg(test)]
mod tests;
