//! Mathematics: LaTeX as MathML, which browsers draw by themselves: no script, no fonts to load.
//!
//! The way of a formula: [`rewrite`] puts what authors write into the words that the typesetting crate knows, [`typeset`] has it written as
//! MathML, [`vetted`] checks that nothing but our own list of elements and attributes stands in it. What fails anywhere on this way is shown as
//! its author wrote it.

mod macros;
mod rewrite;
mod typeset;
mod vetted;

#[cfg(test)]
mod tests;

use std::ops::Range;

use antigravity_text::{latex, math_spans};

use super::html::{self, Html, html};
use super::legible::legible;
use typeset::{Layout, typeset};

/// A title or an abstract: words with `$…$`, `\(…\)` or display mathematics between them, and LaTeX's macros for accents and signs.
pub(crate) fn text(latex_text: &str) -> Html {
    highlighted(latex_text, &[])
}

/// [`text`] with stretches of it set in `<mark>`, such as the sentences that an answer rests on. A formula that a stretch touches is marked
/// whole; stretches that lie outside the text or not on its characters' boundaries mark nothing.
///
/// `marks`: bytes of `latex_text`.
pub(crate) fn highlighted(latex_text: &str, marks: &[Range<usize>]) -> Html {
    let mut written = Vec::new();
    let mut open: Vec<Html> = Vec::new();
    for (piece, is_formula) in pieces(latex_text, marks) {
        let is_marked = marks.iter().any(|mark| mark.start < piece.end && piece.start < mark.end);
        let Some(source) = latex_text.get(piece) else { continue };
        if !is_marked {
            close(&mut open, &mut written);
        }
        let into = if is_marked { &mut open } else { &mut written };
        let shown = if is_formula { formula(source) } else { html::text(close_formula(into, &words(source))) };
        into.push(shown);
    }
    close(&mut open, &mut written);
    html::joined(written)
}

/// A formula within a line, `latex` without its delimiters.
pub(crate) fn inline(latex: &str) -> Html {
    typeset(latex, Layout::Inline).map(|formula| narrow(formula, latex)).unwrap_or_else(|_| as_written(&format!("${latex}$")))
}

/// A formula on lines of its own, `latex` without its delimiters.
pub(crate) fn display(latex: &str) -> Html {
    typeset(latex, Layout::Display).unwrap_or_else(|_| as_written(&format!("$${latex}$$")))
}

/// A formula with its delimiters.
fn formula(source: &str) -> Html {
    let inner = |delimiter: &str, end: &str| source.strip_prefix(delimiter)?.strip_suffix(end);
    let typeset = match (inner("$$", "$$").or_else(|| inner("\\[", "\\]")), inner("$", "$").or_else(|| inner("\\(", "\\)"))) {
        (Some(latex), _) => typeset(latex, Layout::Display),
        (None, latex) => typeset(latex.unwrap_or(source), Layout::Inline).map(|formula| narrow(formula, source)),
    };
    typeset.unwrap_or_else(|_| as_written(source))
}

/// Bytes of LaTeX from which on a formula within a line may be wider than a phone: a capital of a title takes 27 px, a phone has 330.
const LONG: usize = 12;

/// A formula that may be wider than what it stands in scrolls within it. No line of it is broken, and prose between two dollar signs is taken for
/// mathematics.
fn narrow(formula: Html, source: &str) -> Html {
    if source.len() > LONG {
        html! { span.long { (formula) } }
    } else {
        formula
    }
}

/// The signs that close what stands before them. Without more ado a line could begin with one of them behind a formula.
const CLOSING: [char; 12] = ['.', ',', ';', ':', '?', '!', ')', ']', '’', '”', '%', '-'];

/// Gives the signs that `text` begins with to the formula that `written` ends with, if it does, so that no line ends between them; returns what
/// is left of the text.
pub(super) fn close_formula<'a>(written: &mut [Html], text: &'a str) -> &'a str {
    let rest = text.trim_start_matches(CLOSING);
    let signs = text.strip_suffix(rest).unwrap_or_default();
    match written.last_mut().filter(|last| !signs.is_empty() && last.0.starts_with("<math display=\"inline\"")) {
        Some(formula) => {
            *formula = html! { span.unbroken { (formula) (signs) } };
            rest
        }
        None => text,
    }
}

/// LaTeX that nobody understands is shown as it stands: its author's readers know it.
fn as_written(source: &str) -> Html {
    html! { span.latex { (legible(source)) } }
}

/// Words outside mathematics; blanks at the ends are kept, they part the words from a formula.
fn words(source: &str) -> String {
    legible(&latex::plain(source)).into_owned()
}

fn close(open: &mut Vec<Html>, written: &mut Vec<Html>) {
    if !open.is_empty() {
        written.push(html! { mark { (html::joined(std::mem::take(open))) } });
    }
}

/// The text cut where formulas and marks begin and end, formulas whole.
fn pieces(text: &str, marks: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).filter(|at| text.is_char_boundary(*at)).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut at = 0;
    for span in math_spans(text) {
        cut_words(at..span.outer.start, &cuts, &mut pieces);
        at = span.outer.end;
        pieces.push((span.outer, true));
    }
    cut_words(at..text.len(), &cuts, &mut pieces);
    pieces
}

fn cut_words(words: Range<usize>, cuts: &[usize], pieces: &mut Vec<(Range<usize>, bool)>) {
    let mut from = words.start;
    for cut in cuts.iter().copied().filter(|cut| words.contains(cut)).chain([words.end]) {
        if cut > from {
            pieces.push((from..cut, false));
        }
        from = from.max(cut);
    }
}
