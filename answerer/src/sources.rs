//! What a search found, made ready for reading: sentences as text, words as stems.

use std::ops::Range;
use std::sync::OnceLock;

use antigravity_proto::types::{Hit, QueryResult, TextOrigin};
use antigravity_text::{Background, Number, PreprintId, Term, content_terms, numbers, sentences, stems};
use foldhash::HashSet;

use crate::rhetoric::{Deeds, Spoken};

/// The preprints that an answer may draw on, in the order of the search, and the weights of the question's terms.
pub(crate) struct Sources {
    /// Best first.
    pub(crate) list: Vec<Source>,
    weights: Vec<(String, f64)>,
}

/// One preprint.
pub(crate) struct Source {
    /// Its AG id.
    pub(crate) id: PreprintId,
    /// Its title.
    pub(crate) title: String,
    /// Its primary category.
    pub(crate) category: String,
    /// Its abstract; empty when only the title is known.
    pub(crate) abstract_text: String,
    /// Whose words the abstract is.
    pub(crate) origin: TextOrigin,
    /// The cosine of question and preprint.
    pub(crate) similarity: f64,
    /// The cosine of question and title.
    pub(crate) title_similarity: f64,
    /// The abstract's sentences, in its order.
    pub(crate) sentences: Vec<Sentence>,
    /// Title and abstract, a line each.
    pub(crate) whole: String,
    /// The content terms of it, where they stand.
    pub(crate) terms: Vec<Term>,
    /// Their stems.
    pub(crate) stems: HashSet<String>,
    /// Read when they are asked for: coverage asks for none.
    numbers: OnceLock<Vec<Number>>,
}

/// One sentence of an abstract.
pub(crate) struct Sentence {
    /// Its bytes in the abstract.
    pub(crate) span: Range<usize>,
    /// Its text.
    pub(crate) text: String,
    /// The cosine of question and sentence.
    pub(crate) similarity: f64,
    /// Its content stems.
    pub(crate) stems: HashSet<String>,
    /// Found out when it is asked for: coverage asks for none of it.
    deeds: OnceLock<Deeds>,
}

impl Sources {
    /// Reads what the retriever sent. A hit whose id is none can't be cited and so is no source; a span that doesn't fit its abstract is no
    /// sentence.
    pub(crate) fn new(result: &QueryResult) -> Self {
        Self {
            list: result.hits.iter().filter_map(Source::new).collect(),
            weights: result.term_weights.iter().map(|term| (term.stem.clone(), term.weight)).collect(),
        }
    }

    /// Nothing found.
    pub(crate) fn none() -> Self {
        Self { list: Vec::new(), weights: Vec::new() }
    }

    /// The source of this id.
    pub(crate) fn get(&self, id: &PreprintId) -> Option<&Source> {
        self.list.iter().find(|source| source.id == *id)
    }

    /// How much a stem of the question weighs: by its rarity in this archive, or in the background when the search didn't say. The two scales
    /// differ with the size of the archive, so only weights of one text's stems may be compared.
    pub(crate) fn question_weight(&self, stem: &str) -> f64 {
        self.weights.iter().find(|(known, _)| known == stem).map_or_else(|| rarity(stem), |(_, weight)| *weight)
    }
}

impl Source {
    fn new(hit: &Hit) -> Option<Self> {
        let preprint = hit.preprint.as_ref()?;
        let text = &preprint.abstract_text;
        let whole = format!("{}\n{text}", preprint.title);
        let terms = content_terms(&whole);
        let begin = preprint.title.len() + 1;
        let sentences = hit.sentences.iter().filter_map(|found| {
            let span = found.span.as_ref()?;
            let span = usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?;
            let stems = stems_within(&terms, begin + span.start..begin + span.end);
            Some(Sentence::new(text.get(span.clone())?, span, stems, found.similarity))
        });
        Some(Self {
            id: preprint.id.parse().ok()?,
            title: preprint.title.clone(),
            category: preprint.primary_category.clone(),
            abstract_text: text.clone(),
            origin: preprint.text_origin(),
            similarity: hit.similarity,
            title_similarity: hit.title_similarity,
            sentences: sentences.collect(),
            stems: terms.iter().map(|term| term.stem.clone()).collect(),
            numbers: OnceLock::new(),
            terms,
            whole,
        })
    }

    /// The numbers of title and abstract.
    pub(crate) fn numbers(&self) -> &[Number] {
        self.numbers.get_or_init(|| numbers(&self.whole))
    }

    /// The stems of its title, and of each of its sentences, in order and with repeats.
    pub(crate) fn stems_by_sentence(&self) -> impl Iterator<Item = Vec<&str>> {
        let begin = self.title.len() + 1;
        // Not those of the search alone, which holds the question against the first of a very long abstract.
        let sentences = sentences(&self.abstract_text).into_iter().map(move |span| begin + span.start..begin + span.end);
        std::iter::once(0..self.title.len()).chain(sentences).map(|part| stems_in(&self.terms, part).map(String::as_str).collect())
    }

    /// The stems of its title.
    pub(crate) fn title_stems(&self) -> HashSet<String> {
        stems_within(&self.terms, 0..self.title.len())
    }

    /// How relevant the preprint is to the question: the better of its title's cosine and the mean of its two best sentences'.
    /// One sentence alone may be near by chance.
    pub(crate) fn relevance(&self) -> f64 {
        let mut best: Vec<f64> = self.sentences.iter().map(|sentence| sentence.similarity).collect();
        best.sort_by(|a, b| b.total_cmp(a));
        best.truncate(2);
        self.title_similarity.max(mean(&best))
    }

    /// Whether only the title is known.
    pub(crate) fn is_title_only(&self) -> bool {
        self.abstract_text.trim().is_empty()
    }
}

impl Sentence {
    pub(crate) fn new(text: &str, span: Range<usize>, stems: HashSet<String>, similarity: f64) -> Self {
        Self { span, text: text.to_owned(), similarity, stems, deeds: OnceLock::new() }
    }

    /// What it does.
    pub(crate) fn deeds(&self) -> Deeds {
        *self.deeds.get_or_init(|| Spoken::new(&self.text).deeds())
    }
}

/// The stems of the terms that begin in a part of their text.
fn stems_in(terms: &[Term], part: Range<usize>) -> impl Iterator<Item = &String> {
    terms.iter().filter(move |term| part.contains(&term.span.start)).map(|term| &term.stem)
}

fn stems_within(terms: &[Term], part: Range<usize>) -> HashSet<String> {
    stems_in(terms, part).cloned().collect()
}

/// The content stems of a text.
pub(crate) fn stem_set(text: &str) -> HashSet<String> {
    stems(text).into_iter().collect()
}

/// The rarity of a stem in the literature at large.
pub(crate) fn rarity(stem: &str) -> f64 {
    Background::shipped().weight(stem)
}

/// The mean, or 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)) }
}

/// The part of the weight of `wanted` that `found` holds, from 0 to 1; 0 when nothing is wanted.
pub(crate) fn share<'a>(wanted: impl IntoIterator<Item = &'a String>, weight: impl Fn(&str) -> f64, found: impl Fn(&str) -> bool) -> f64 {
    let (mut all, mut held) = (0.0, 0.0);
    for stem in wanted {
        let weight = weight(stem);
        all += weight;
        if found(stem) {
            held += weight;
        }
    }
    if all > 0.0 { held / all } else { 0.0 }
}

#[cfg(test)]
#[path = "../tests/support/archive.rs"]
pub(crate) mod archive;

#[cfg(test)]
pub(crate) mod fixture {
    use super::{Sources, archive};

    /// A small archive, as found by a question about its subject.
    pub(crate) fn anomaly() -> Sources {
        sources("Do autoencoders with a better latent space improve anomaly detection?")
    }

    /// The same archive, as found by this question.
    pub(crate) fn sources(question: &str) -> Sources {
        Sources::new(&archive::found(question, &archive::PREPRINTS))
    }
}
