//! The addresses of pages that take a question: what stands in them, read and written.

use antigravity_proto::gateway::v1::{AskRequest, SearchRequest};
use antigravity_proto::types::{AnswerLength, Filter};
use axum::extract::Query;
use http::Uri;

/// An id or a token as the last part of an address: whatever it holds, the address stays one of ours.
pub(super) fn segment(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

/// The first field of this name in an address's query. Empty where there is none.
pub(super) fn field(uri: &Uri, name: &str) -> String {
    fields(uri).into_iter().find(|(given, _)| given == name).map(|(_, value)| value).unwrap_or_default()
}

/// All fields of an address's query; none of one that can't be read.
fn fields(uri: &Uri) -> Vec<(String, String)> {
    Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default()
}

/// A question and what it is narrowed down to, as a form sends it. Nothing is checked: the methods of the gateway do that, and say what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) question: String,
    /// Categories, separated by commas.
    pub(super) categories: String,
    pub(super) from: String,
    pub(super) to: String,
    /// Names, separated by semicolons: a name may have a comma.
    pub(super) authors: String,
    /// An AG id.
    pub(super) near: String,
    pub(super) model: String,
    /// `short`, `long`, or anything else for the usual length.
    pub(super) length: String,
    /// How many preprints a search lists. 0: as many as it lists by itself.
    pub(super) limit: u32,
    /// Whether an answer that was kept won't do.
    pub(super) anew: bool,
}

/// The lengths of an answer that can be asked for, by the names that an address has for them.
pub(super) const LENGTHS: [(&str, AnswerLength, &str); 3] = [
    ("short", AnswerLength::Short, "Short, about 100 words"),
    ("", AnswerLength::Unspecified, "Usual, 200 to 350 words"),
    ("long", AnswerLength::Long, "Long, about 600 words"),
];

impl Asked {
    /// Reads an address. What it doesn't know it passes over: links are decorated on their way through the world.
    pub(super) fn read(uri: &Uri) -> Self {
        let mut asked = Self::default();
        for (name, value) in fields(uri) {
            match name.as_str() {
                "anew" => asked.anew = value == "1",
                "limit" => asked.limit = value.parse().unwrap_or_default(),
                _ => {
                    if let Some((_, text)) = asked.texts().into_iter().find(|(known, _)| *known == name) {
                        *text = value;
                    }
                }
            }
        }
        asked
    }

    /// The same address again, with what is empty left out.
    pub(super) fn href(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.clone().texts().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if self.limit > 0 {
            query.append_pair("limit", &self.limit.to_string());
        }
        if self.anew {
            query.append_pair("anew", "1");
        }
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// Another question, narrowed down to the same.
    pub(super) fn with_question(&self, question: &str) -> Self {
        Self { question: question.to_owned(), near: String::new(), anew: false, ..self.clone() }
    }

    /// The same, with an answer that is written now.
    pub(super) fn anew(&self) -> Self {
        Self { anew: true, ..self.clone() }
    }

    /// Whether anything narrows the question down.
    pub(super) fn is_narrowed(&self) -> bool {
        [&self.categories, &self.from, &self.to, &self.authors].into_iter().any(|field| !field.trim().is_empty())
    }

    pub(super) fn ask(&self) -> AskRequest {
        let length = LENGTHS.into_iter().find(|(name, ..)| *name == self.length).map_or(AnswerLength::Unspecified, |(_, length, _)| length);
        AskRequest {
            question: self.question.clone(),
            filter: self.filter(),
            near: self.near.clone(),
            model: self.model.clone(),
            length: length.into(),
            // Whoever loads a page again, or comes back to it, wants what was there.
            reuse_kept_answer: !self.anew,
            ..Default::default()
        }
    }

    pub(super) fn search(&self) -> SearchRequest {
        SearchRequest {
            query: self.question.clone(),
            filter: self.filter(),
            near: self.near.clone(),
            limit: self.limit,
            ..Default::default()
        }
    }

    fn filter(&self) -> Option<Filter> {
        let entries =
            |text: &str, separator| text.split(separator).map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        self.is_narrowed().then(|| Filter {
            categories: entries(&self.categories, ','),
            from_date: self.from.trim().to_owned(),
            to_date: self.to.trim().to_owned(),
            authors: entries(&self.authors, ';'),
            ..Default::default()
        })
    }

    /// What is text, by its name in an address.
    fn texts(&mut self) -> [(&'static str, &mut String); 8] {
        [
            ("q", &mut self.question),
            ("category", &mut self.categories),
            ("from", &mut self.from),
            ("to", &mut self.to),
            ("author", &mut self.authors),
            ("near", &mut self.near),
            ("model", &mut self.model),
            ("length", &mut self.length),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_becomes_a_request() {
        let asked =
            Asked::read(&"/ask?q=Why%3F&category=hep-*,+cs.LG&author=Noether,+Emmy;Weyl&from=2024&length=long&utm=x".parse().unwrap());
        let request = asked.ask();
        let filter = request.filter.unwrap();
        assert_eq!((request.question.as_str(), request.length), ("Why?", AnswerLength::Long.into()));
        assert_eq!(
            (filter.categories, filter.authors),
            (vec!["hep-*".into(), "cs.LG".into()], vec!["Noether, Emmy".into(), "Weyl".into()])
        );
        assert_eq!(Asked::read(&"/ask?q=Why".parse().unwrap()).ask().filter, None);
    }

    proptest! {
        #[test]
        fn an_address_says_what_was_asked(question in "\\PC{0,20}", categories in "\\PC{0,9}", near in "\\PC{0,9}", limit in 0..99u32) {
            let asked = Asked { question, categories, near, limit, ..Default::default() };
            prop_assert_eq!(Asked::read(&asked.href("/ask").parse().unwrap()), asked);
        }
    }
}
