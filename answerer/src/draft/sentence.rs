//! Where a sentence of a paragraph ends, decided while it is still arriving. `antigravity_text::sentences` does the same for whole abstracts;
//! it can't say whether a continuation would move a cut, and knows nothing of Markdown and citations.

use antigravity_text::Abbreviation;

use super::ahead::{Ahead, More};
use super::{UnitKind, block};

/// The sentence that begins here, and where it ends.
pub(super) fn unit(mut ahead: Ahead<'_>) -> Result<(UnitKind, usize), More> {
    let begin = ahead.at();
    let mut inside = Inside::Text;
    let mut brackets = 0_usize;
    loop {
        let at = ahead.at();
        let Some(c) = ahead.bump()? else {
            return Ok((UnitKind::Sentence, at));
        };
        match c {
            '\n' => {
                ahead.skip_blanks()?;
                let blank_line = matches!(ahead.peek()?, None | Some('\n' | '\r'));
                // A dollar sign that never closes must not swallow the follow-ups.
                let line_ends = inside == Inside::Text && (leads_over(ahead.between(begin, at)) || block::starts(ahead)?);
                let ends = blank_line || line_ends || block::marker(ahead)?.is_some();
                if ends {
                    return Ok((UnitKind::Sentence, at));
                }
            }
            '\\' => inside = escape(&mut ahead, inside)?,
            '$' => inside = dollar(&mut ahead, inside)?,
            '`' => inside = backticks(&mut ahead, inside)?,
            _ if inside != Inside::Text => {}
            '[' => brackets += 1,
            ']' => brackets = brackets.saturating_sub(1),
            '.' | '!' | '?' if brackets == 0 => {
                if c == '.' && is_abbreviation(ahead.between(begin, at), ahead)? {
                    continue;
                }
                if let Some(end) = end_after(ahead)? {
                    return Ok((UnitKind::Sentence, end));
                }
            }
            '。' | '！' | '？' if brackets == 0 => return Ok((UnitKind::Sentence, ahead.at())),
            _ => {}
        }
    }
}

/// What the scan is inside of; nothing ends there but at a blank line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    /// `$…$`
    Dollar,
    /// `$$…$$`
    DoubleDollar,
    /// `\[…\]` or `\(…\)`
    Escaped,
    /// Code between so many backticks.
    Code(usize),
}

/// After a backslash: `\[` and `\(` open mathematics, `\]` and `\)` close it, whatever else follows is escaped.
fn escape(ahead: &mut Ahead<'_>, inside: Inside) -> Result<Inside, More> {
    if matches!(inside, Inside::Code(_)) {
        return Ok(inside);
    }
    Ok(match (ahead.peek()?, inside) {
        (Some('[' | '('), Inside::Text) => {
            ahead.bump()?;
            Inside::Escaped
        }
        (Some(']' | ')'), Inside::Escaped) => {
            ahead.bump()?;
            Inside::Text
        }
        (None | Some('\n'), _) => inside,
        (Some(_), _) => {
            ahead.bump()?;
            inside
        }
    })
}

fn dollar(ahead: &mut Ahead<'_>, inside: Inside) -> Result<Inside, More> {
    Ok(match inside {
        Inside::Text if ahead.eat('$')? => Inside::DoubleDollar,
        Inside::Text => Inside::Dollar,
        Inside::Dollar => Inside::Text,
        Inside::DoubleDollar if ahead.eat('$')? => Inside::Text,
        other => other,
    })
}

fn backticks(ahead: &mut Ahead<'_>, inside: Inside) -> Result<Inside, More> {
    let length = 1 + ahead.skip(|c| c == '`')?;
    Ok(match inside {
        Inside::Text => Inside::Code(length),
        Inside::Code(open) if open == length => Inside::Text,
        other => other,
    })
}

/// The end of the sentence whose last mark was just passed, or `None` when it goes on.
fn end_after(mut ahead: Ahead<'_>) -> Result<Option<usize>, More> {
    ahead.skip(is_closer)?;
    while ahead.peek()? == Some('[') {
        if !pass_bracket(&mut ahead)? {
            return Ok(None);
        }
        ahead.skip(is_closer)?;
    }
    let end = ahead.at();
    match ahead.peek()? {
        None => return Ok(Some(end)),
        Some(c) if !c.is_whitespace() => return Ok(None),
        Some(_) => {}
    }
    if line_or_text_ends(&mut ahead)? {
        return Ok(Some(end));
    }
    if ahead.peek()? == Some('[') {
        return after_detached_bracket(ahead, end);
    }
    // Before a lower-case letter nothing has ended; digits, mathematics, quotes, emphasis and letters without case begin a sentence.
    Ok(ahead.peek()?.filter(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | ':' | ')' | ']')).map(|_| end))
}

/// After `… detection. [AG-2026.03-1712]`: the bracket is the subject of what follows when that goes on in lower case, and belongs to the
/// sentence before it otherwise.
fn after_detached_bracket(mut ahead: Ahead<'_>, end: usize) -> Result<Option<usize>, More> {
    loop {
        if !pass_bracket(&mut ahead)? {
            return Ok(Some(end));
        }
        let after = ahead.at();
        match ahead.peek()? {
            Some('.' | '!' | '?') => {
                ahead.bump()?;
                ahead.skip(is_closer)?;
                return Ok(Some(ahead.at()));
            }
            Some(c) if !c.is_whitespace() && c != '[' => return Ok(Some(end)),
            _ => {}
        }
        if line_or_text_ends(&mut ahead)? {
            return Ok(Some(after));
        }
        match ahead.peek()? {
            Some('[') => {}
            Some(c) if c.is_lowercase() => return Ok(Some(end)),
            _ => return Ok(Some(after)),
        }
    }
}

/// Passes white space; whether the paragraph ended with it.
fn line_or_text_ends(ahead: &mut Ahead<'_>) -> Result<bool, More> {
    let from = ahead.at();
    ahead.skip_white()?;
    let passed = ahead.between(from, ahead.at());
    Ok(ahead.peek()?.is_none() || passed.matches('\n').count() > 1 || (passed.contains('\n') && block::starts(*ahead)?))
}

/// Passes `[…]`; false when it isn't closed on its line.
fn pass_bracket(ahead: &mut Ahead<'_>) -> Result<bool, More> {
    let mut depth = 0_usize;
    loop {
        match ahead.bump()? {
            Some('[') => depth += 1,
            Some(']') if depth == 1 => return Ok(true),
            Some(']') => depth -= 1,
            None | Some('\n') => return Ok(false),
            Some(_) => {}
        }
    }
}

/// Whether a line ends in a colon: what it leads over to is judged by itself, a list or not.
fn leads_over(line: &str) -> bool {
    line.trim_end().trim_end_matches(['*', '_']).ends_with(':')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | '*' | '_' | '.' | '!' | '?')
}

/// Whether the full stop that was just passed belongs to an abbreviation or an initial.
fn is_abbreviation(before: &str, mut ahead: Ahead<'_>) -> Result<bool, More> {
    let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or("");
    if word.chars().count() == 1 && word.chars().all(char::is_uppercase) {
        return Ok(true);
    }
    match Abbreviation::of(&word.to_lowercase()) {
        None => Ok(false),
        Some(Abbreviation::Always) => Ok(true),
        Some(abbreviation) => {
            ahead.skip_white()?;
            let next = ahead.at();
            ahead.skip(|c| !c.is_whitespace())?;
            Ok(abbreviation.holds_before(ahead.between(next, ahead.at())))
        }
    }
}
