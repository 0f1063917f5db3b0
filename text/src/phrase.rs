//! Candidate key phrases.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::latex::token::{Lexeme, lexemes};
use crate::latex::{Glyph, TokenKind, glyphs_without_ids, is_unit};
use crate::term::{is_content, stem};

/// A run of content words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The words as [`plain`](crate::plain) shows them, one space between them, case kept.
    pub text: String,
    /// Bytes of the original. Mathematics at an end (`$H_0$ tension`) may be cut from its dollar: show `text`.
    pub span: Range<usize>,
    /// The stems of the words; a compound gives those of its parts.
    pub stems: Vec<String>,
}

/// Longest phrase, in words; a hyphenated compound is one word.
const LONGEST: usize = 4;

/// Of a longer run every stretch of this many words is a candidate: which of them is the phrase, its use elsewhere must tell.
const WINDOW: usize = 3;

/// The runs of one to four content words between stop words, punctuation, numbers and mathematics, in order. A formula that is a single symbol
/// counts as a word: `$H_0$ tension` and `$B$ meson decays` are phrases.
///
/// They are candidates, with verbs and general nouns among them; to choose is the caller's.
pub fn phrases(text: &str) -> Vec<Phrase> {
    let glyphs = glyphs_without_ids(text);
    let mut found = Vec::new();
    for run in runs(&words(text, &glyphs), &glyphs) {
        let longest = if run.len() > LONGEST { WINDOW } else { run.len() };
        found.extend(run.windows(longest.max(1)).filter_map(|window| phrase(window, &glyphs)));
    }
    found
}

/// A word or a hyphenated compound.
struct Word {
    parts: Vec<Lexeme>,
    glyphs: Range<usize>,
    content: bool,
}

fn words(text: &str, glyphs: &[Glyph]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for part in lexemes(text, glyphs).into_iter().filter(|lexeme| !lexeme.token.joined) {
        match words.last_mut() {
            Some(word) if is_hyphen(gap(glyphs, word.glyphs.end..part.glyphs.start)) => {
                word.glyphs.end = part.glyphs.end;
                word.content |= is_content(&part);
                word.parts.push(part);
            }
            _ => {
                let after_number = words.last().and_then(|word| word.parts.last()).is_some_and(|part| part.token.kind == TokenKind::Number);
                let unit = after_number && is_unit(&part.token.text, glyphs, &part.glyphs);
                words.push(Word { glyphs: part.glyphs.clone(), content: is_content(&part) && !unit, parts: vec![part] });
            }
        }
    }
    words
}

fn runs<'a>(words: &'a [Word], glyphs: &[Glyph]) -> Vec<Vec<&'a Word>> {
    let mut runs: Vec<Vec<&Word>> = Vec::new();
    let mut end = None;
    for word in words {
        let joined = end.is_some_and(|end| is_space(gap(glyphs, end..word.glyphs.start)));
        end = word.content.then_some(word.glyphs.end);
        match runs.last_mut() {
            _ if !word.content => {}
            Some(run) if joined => run.push(word),
            _ => runs.push(vec![word]),
        }
    }
    runs
}

fn gap(glyphs: &[Glyph], range: Range<usize>) -> &[Glyph] {
    glyphs.get(range).unwrap_or(&[])
}

fn is_hyphen(gap: &[Glyph]) -> bool {
    matches!(gap, [glyph] if matches!(glyph.ch, '-' | '\u{2010}' | '\u{2011}' | '–') && !glyph.math)
}

/// White space, after a possessive `'s` perhaps; no paragraph break.
fn is_space(gap: &[Glyph]) -> bool {
    let space = match gap {
        [mark, s, rest @ ..] if matches!(mark.ch, '\'' | '’') && s.ch == 's' => rest,
        _ => gap,
    };
    !space.is_empty() && space.iter().all(|glyph| glyph.ch.is_whitespace()) && space.iter().filter(|glyph| glyph.ch == '\n').count() < 2
}

fn phrase(words: &[&Word], glyphs: &[Glyph]) -> Option<Phrase> {
    let (first, last) = (words.first()?, words.last()?);
    let run = glyphs.get(first.glyphs.start..last.glyphs.end)?;
    let shown: String = run.iter().map(|glyph| glyph.ch).nfc().collect();
    let text = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let span = run.first()?.start..run.last()?.end;
    let parts = words.iter().flat_map(|word| &word.parts);
    let stems = parts.filter(|part| is_content(part)).map(|part| stem(&part.token)).collect();
    Some(Phrase { text, span, stems })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_of_content_words() {
        for (text, expected) in [
            ("the Hubble tension and early dark energy", vec!["Hubble tension", "early dark energy"]),
            (r"the $H_0$ tension in $\Lambda$CDM cosmology", vec!["H0 tension", "ΛCDM cosmology"]),
            ("where $m = 3$ and X-ray clusters", vec!["X-ray clusters"]),
            ("collisions at 13 TeV, jets", vec!["collisions", "jets"]),
            ("Bell's theorem of non-Gaussian states", vec!["Bell's theorem", "non-Gaussian states"]),
            (
                "deep convolutional neural network based jet tagging",
                vec![
                    "deep convolutional neural",
                    "convolutional neural network",
                    "neural network based",
                    "network based jet",
                    "based jet tagging",
                ],
            ),
            ("as [AG-2026.03-1712] of it", vec![]),
            ("Einstein–Maxwell theory\n\nKerr", vec!["Einstein–Maxwell theory", "Kerr"]),
        ] {
            let found: Vec<_> = phrases(text).into_iter().map(|phrase| phrase.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn stems_of_the_parts() {
        let found = phrases("non-Gaussian initial conditions");
        assert_eq!(found[0].stems, ["gaussian", "initi", "condit"]);
    }

    proptest! {
        #[test]
        fn any_text(text in r"([A-Za-z0-9 .,_^{}$\\~'-]|\\alpha|α|é|the |\n){0,80}") {
            for phrase in phrases(&text) {
                prop_assert!(text.get(phrase.span).is_some() && !phrase.text.is_empty() && !phrase.stems.is_empty());
                prop_assert!(phrase.text.split(' ').count() <= LONGEST);
            }
        }
    }
}
