//! The parts of a question: "How is it made, and what does it cost?" asks for two things, and an archive may answer one. "Since it is made of tin, what
//! does it cost?" takes the first for granted.

use std::ops::Range;

use antigravity_text::is_asking_word;

/// Words that may stand before an asking word: "at what", "and by which".
const BEFORE: &[&str] = &["and", "but", "or", "at", "with", "to", "for", "in", "by", "from", "on", "under"];

/// Words that begin what is taken for granted.
const GRANTED: &[&str] = &["since", "given", "as", "because", "after", "now", "when", "while", "although", "though", "if"];

/// A part of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its bytes in the question.
    pub(super) span: Range<usize>,
    /// The question takes it for granted.
    pub(super) is_granted: bool,
}

/// The parts of a question, in order; they cover it.
pub(super) fn parts(question: &str) -> Vec<Part> {
    let words = words(question);
    let mut begins = vec![0];
    for (at, span) in words.iter().enumerate().skip(1) {
        let before = question.get(..span.start).unwrap_or("").trim_end();
        let pauses = before.ends_with([',', ';', ':', '?', '.']);
        let joins = lower(question, span) == "and";
        if (pauses || joins) && asks_from(question, &words, at) {
            begins.push(span.start);
        }
    }
    let ends = begins.iter().skip(1).copied().chain([question.len()]);
    let mut parts: Vec<Part> = begins.iter().zip(ends).map(|(begin, end)| Part { span: *begin..end, is_granted: false }).collect();
    let at = |at: usize| words.get(at).map(|span| lower(question, span)).unwrap_or_default();
    // "When does it melt, and …" asks; "When it melts, does …" takes it for granted.
    let granted = GRANTED.contains(&at(0).as_str()) && !is_asking_word(&at(1));
    if let [first, _, ..] = parts.as_mut_slice() {
        first.is_granted = granted;
    }
    parts
}

/// Whether a question could begin here: an asking word, after at most two of those that may stand before it.
fn asks_from(question: &str, words: &[Range<usize>], at: usize) -> bool {
    let mut rest = words.iter().skip(at).map(|span| lower(question, span));
    (0..=2).find_map(|_| {
        let word = rest.next()?;
        if is_asking_word(&word) {
            return Some(true);
        }
        (!BEFORE.contains(&word.as_str())).then_some(false)
    }) == Some(true)
}

fn lower(question: &str, span: &Range<usize>) -> String {
    question.get(span.clone()).unwrap_or("").to_lowercase()
}

fn words(question: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in question.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match words.last_mut() {
            Some(word) if word.end == at => word.end += c.len_utf8(),
            _ => words.push(at..at + c.len_utf8()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn questions_are_parted_where_another_begins() {
        for (question, expected) in [
            ("How large is the Hubble tension?", "How large is the Hubble tension?"),
            ("How is it made, and what does it cost?", "How is it made, | and what does it cost?"),
            ("How many sensors can be read out, and at what noise?", "How many sensors can be read out, | and at what noise?"),
            ("Is it tin: does it melt?", "Is it tin: | does it melt?"),
            ("Do jets and can taggers agree?", "Do jets | and can taggers agree?"),
            ("Do jets and taggers, like others, agree?", "Do jets and taggers, like others, agree?"),
            ("Since it is tin, what does it cost?", "[Since it is tin, ]| what does it cost?"),
            ("When does it melt?", "When does it melt?"),
            ("When does it melt, and how hot is it?", "When does it melt, | and how hot is it?"),
            ("When it melts, how hot is it?", "[When it melts, ]| how hot is it?"),
            ("Is it tin? Does it melt?", "Is it tin? | Does it melt?"),
            ("", ""),
        ] {
            let shown = |part: Part| {
                let text = question[part.span].to_owned();
                if part.is_granted { format!("[{text}]") } else { text }
            };
            let found: Vec<String> = parts(question).into_iter().map(shown).collect();
            assert_eq!(found.join("| "), expected, "{question}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_cover_the_question(question in r"[A-Za-zé ,;?αand]{0,60}") {
            let joined: String = parts(&question).into_iter().map(|part| question[part.span].to_owned()).collect();
            prop_assert_eq!(joined, question);
        }
    }
}
