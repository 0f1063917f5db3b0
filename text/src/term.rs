//! Content terms: what a text is about, in the form in which texts are compared.

use std::ops::Range;

use crate::latex::token::{Lexeme, lexemes};
use crate::latex::{Glyph, Token, TokenKind, glyphs_without_ids};
use crate::number::{Number, numbers_of};
pub use crate::phrase::{Phrase, phrases};
use crate::stem::english_stem;
pub use crate::stop_word::is_stop_word;

/// One content word, symbol or quantity where it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The form that is compared: an English Snowball stem; a symbol's name unstemmed.
    pub stem: String,
    /// As it stands in the original, LaTeX included.
    pub surface: String,
    /// Bytes of the original.
    pub span: Range<usize>,
}

/// The terms of a text, **every occurrence**, in order. For the distinct ones see [`distinct_terms`].
///
/// Left out: stop words and question words, numbers alone (with a unit they count: `13 TeV` gives `tev` and `13tev`), single letters unless
/// they are capitals (`W boson`), AG ids. A bound compound counts beside its parts (`X-ray` gives `x`, `ray` and `xray`; so `B-meson` meets `B meson`), see
/// [`tokens`](crate::tokens).
pub fn content_terms(text: &str) -> Vec<Term> {
    terms_of(text, &glyphs_without_ids(text))
}

/// The terms and the [`numbers`](crate::numbers) of a text, from one reading.
pub fn terms_and_numbers(text: &str) -> (Vec<Term>, Vec<Number>) {
    let glyphs = glyphs_without_ids(text);
    (terms_of(text, &glyphs), numbers_of(text, &glyphs))
}

fn terms_of(text: &str, glyphs: &[Glyph]) -> Vec<Term> {
    lexemes(text, glyphs)
        .into_iter()
        .filter(is_content)
        .map(|lexeme| {
            let surface = text.get(lexeme.token.span.clone()).unwrap_or("").to_owned();
            Term { stem: stem(&lexeme.token), surface, span: lexeme.token.span }
        })
        .collect()
}

/// The terms of a text, each stem at its first occurrence.
pub fn distinct_terms(text: &str) -> Vec<Term> {
    let mut seen = foldhash::HashSet::default();
    content_terms(text).into_iter().filter(|term| seen.insert(term.stem.clone())).collect()
}

/// The stems of [`content_terms`] alone, in order, with repeats: what a BM25 index counts.
pub fn stems(text: &str) -> Vec<String> {
    lexemes(text, &glyphs_without_ids(text)).iter().filter(|lexeme| is_content(lexeme)).map(|lexeme| stem(&lexeme.token)).collect()
}

pub(crate) fn is_content(lexeme: &Lexeme) -> bool {
    let Token { text, kind, joined, bound, .. } = &lexeme.token;
    let long_enough = text.len() > 1 || lexeme.upper;
    *kind != TokenKind::Number && long_enough && (!joined || *bound) && (*joined || !is_stop_word(text))
}

/// Stems a word, in American spelling; of a joined symbol (`2loops`) the word at its end. Other alphabets have no stems here.
pub(crate) fn stem(token: &Token) -> String {
    let text = token.text.as_str();
    let word = text.len() - text.trim_end_matches(|c: char| c.is_ascii_lowercase()).len();
    match text.split_at_checked(text.len() - word) {
        Some(("", word)) if token.kind == TokenKind::Word => english_stem(word),
        Some((front, word)) if token.joined && word.len() > 2 => format!("{front}{}", english_stem(word)),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn question() {
        for (text, expected) in [
            ("What is the Hubble tension?", "hubbl tension"),
            ("How does $H_0$ depend on non-Gaussianities?", "h0 depend gaussian nongaussian"),
            (r"Which limits exist at \sqrt{s}=13~\mathrm{TeV}?", "limit exist tev 13tev"),
            ("Does ΛCDM explain X-ray clusters of the W boson?", "lambdacdm x ray xray cluster w boson"),
            (r"strong coupling \alpha_s, 2-loop, 2-loops, 2018", "strong coupl alphas loop 2loop loop 2loop"),
            ("colour behaviours of ionised, localised centres", "color behavior ioniz local center"),
            ("color behaviors of ionized, localized centers", "color behavior ioniz local center"),
            ("machine-learning of SU(2)", "machin learn su su2"),
            ("", ""),
            ("what is it?", ""),
        ] {
            assert_eq!(stems(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn surfaces() {
        let terms = content_terms("Is $H_0$ measured?");
        assert_eq!(
            terms,
            [
                Term { stem: "h0".into(), surface: "H_0".into(), span: 4..7 },
                Term { stem: "measur".into(), surface: "measured".into(), span: 9..17 },
            ]
        );
    }

    #[test]
    fn distinct() {
        let terms = distinct_terms("lattice, lattices and $\\Lambda$CDM on the lattice");
        assert_eq!(terms.into_iter().map(|term| term.stem).collect::<Vec<_>>(), ["lattic", "lambdacdm"]);
    }

    /// A Greek letter must be found by its name: the stemmer may not shorten one of them.
    #[test]
    fn greek_names_are_stems() {
        for letter in "αβγδεζηθικλμνξοπρστυφχψω".chars() {
            let named = crate::tokens(&letter.to_string());
            assert_eq!(stems(&letter.to_string()), stems(&named[0].text), "{letter}");
        }
    }

    proptest! {
        #[test]
        fn stems_are_those_of_the_terms(text in r"([A-Za-z0-9 .,_^{}$\\~'-]|\\alpha|α|é|ß|我){0,80}") {
            let terms = content_terms(&text);
            for term in &terms {
                prop_assert_eq!(text.get(term.span.clone()), Some(term.surface.as_str()));
            }
            prop_assert_eq!(stems(&text), terms.into_iter().map(|term| term.stem).collect::<Vec<_>>());
        }

        #[test]
        fn case_does_not_matter(words in "[a-z]{2,12}( [a-z]{2,12}){0,5}") {
            prop_assert_eq!(stems(&words), stems(&words.to_uppercase()));
        }
    }
}
