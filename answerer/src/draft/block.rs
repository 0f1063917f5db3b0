//! What begins at the start of a line: headings, rules, lists, tables, code, the follow-up marker, or a paragraph.

use super::ahead::{Ahead, More};
use super::{FOLLOW_UP_MARKER, UnitKind, sentence};

/// The unit that begins here, and where it ends.
pub(super) fn unit(ahead: Ahead<'_>, in_table: bool) -> Result<(UnitKind, usize), More> {
    if let Some(end) = code(ahead)? {
        return Ok((UnitKind::Code, end));
    }
    if is_heading(ahead)? {
        return Ok((UnitKind::Heading, line_end(ahead)?));
    }
    if is_rule(ahead)? {
        return Ok((UnitKind::Rule, line_end(ahead)?));
    }
    if ahead.peek()? == Some('|') {
        return table_row(ahead, in_table);
    }
    if is_list_item(ahead)? {
        return Ok((UnitKind::ListItem, list_item(ahead)?));
    }
    sentence::unit(ahead)
}

/// Whether anything but a paragraph begins at the start of the line that begins here.
pub(super) fn starts(ahead: Ahead<'_>) -> Result<bool, More> {
    Ok(fence(ahead)?.is_some()
        || is_heading(ahead)?
        || is_rule(ahead)?
        || ahead.peek()? == Some('|')
        || is_list_item(ahead)?
        || marker(ahead)?.is_some())
}

/// The place behind the line of the follow-up marker, when this is it. Models like to decorate it, as bold or as a heading.
pub(super) fn marker(mut ahead: Ahead<'_>) -> Result<Option<usize>, More> {
    let decoration = |c: char| matches!(c, '*' | '#' | '_' | ' ' | '\t');
    ahead.skip(decoration)?;
    for wanted in FOLLOW_UP_MARKER.chars() {
        if !ahead.peek()?.is_some_and(|c| c.eq_ignore_ascii_case(&wanted)) {
            return Ok(None);
        }
        ahead.bump()?;
    }
    ahead.skip(|c| decoration(c) || c == ':' || c == '\r')?;
    Ok(match ahead.bump()? {
        None | Some('\n') => Some(ahead.at()),
        Some(_) => None,
    })
}

fn line_end(mut ahead: Ahead<'_>) -> Result<usize, More> {
    ahead.pass_line()?;
    Ok(ahead.at())
}

/// One to six `#` and a space.
fn is_heading(mut ahead: Ahead<'_>) -> Result<bool, More> {
    let level = ahead.skip(|c| c == '#')?;
    Ok((1..=6).contains(&level) && ahead.peek()?.is_none_or(char::is_whitespace))
}

/// Three or more of the same `-`, `*` or `_`, with nothing else on the line.
fn is_rule(mut ahead: Ahead<'_>) -> Result<bool, More> {
    let Some(mark) = ahead.peek()?.filter(|c| matches!(c, '-' | '*' | '_')) else {
        return Ok(false);
    };
    let mut marks = 0;
    loop {
        match ahead.bump()? {
            Some(c) if c == mark => marks += 1,
            Some(' ' | '\t' | '\r') => {}
            None | Some('\n') => return Ok(marks >= 3),
            Some(_) => return Ok(false),
        }
    }
}

/// `- `, `* `, `+ `, or a number with `.` or `)` and a space.
fn is_list_item(mut ahead: Ahead<'_>) -> Result<bool, More> {
    ahead.skip_blanks()?;
    let bullet = match ahead.peek()? {
        Some('-' | '*' | '+') => {
            ahead.bump()?;
            true
        }
        Some(c) if c.is_ascii_digit() => {
            // A year at the start of a line is no list: CommonMark allows nine digits, answers never need more than two.
            (1..=2).contains(&ahead.skip(|c| c.is_ascii_digit())?) && matches!(ahead.bump()?, Some('.' | ')'))
        }
        _ => false,
    };
    Ok(bullet && matches!(ahead.peek()?, Some(' ' | '\t')))
}

/// Up to a blank line or to a line that begins something else.
fn list_item(mut ahead: Ahead<'_>) -> Result<usize, More> {
    loop {
        ahead.pass_line()?;
        let end = ahead.at();
        if ahead.bump()?.is_none() {
            return Ok(end);
        }
        ahead.skip_blanks()?;
        if matches!(ahead.peek()?, None | Some('\n' | '\r')) || starts(ahead)? {
            return Ok(end);
        }
    }
}

/// The character of a fence and how often it stands.
fn fence(mut ahead: Ahead<'_>) -> Result<Option<(char, usize)>, More> {
    let Some(mark) = ahead.peek()?.filter(|c| matches!(c, '`' | '~')) else {
        return Ok(None);
    };
    let length = ahead.skip(|c| c == mark)?;
    Ok((length >= 3).then_some((mark, length)))
}

/// The end of the fenced block that begins here. One that is never closed runs to the end of the text.
fn code(mut ahead: Ahead<'_>) -> Result<Option<usize>, More> {
    let Some((mark, length)) = fence(ahead)? else { return Ok(None) };
    ahead.pass_line()?;
    loop {
        if ahead.bump()?.is_none() {
            return Ok(Some(ahead.at()));
        }
        ahead.skip_blanks()?;
        let closes = ahead.skip(|c| c == mark)? >= length;
        ahead.skip_blanks()?;
        if closes && matches!(ahead.peek()?, None | Some('\n' | '\r')) {
            return Ok(Some(ahead.at()));
        }
        ahead.pass_line()?;
    }
}

/// One row; the first one together with the line of dashes below it.
fn table_row(ahead: Ahead<'_>, in_table: bool) -> Result<(UnitKind, usize), More> {
    let end = line_end(ahead)?;
    if in_table {
        return Ok((UnitKind::TableRow, end));
    }
    let mut below = ahead.moved_to(end);
    below.bump()?;
    let start = below.at();
    below.skip(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t' | '\r'))?;
    let dashes = below.between(start, below.at());
    let is_delimiter = matches!(below.peek()?, None | Some('\n')) && dashes.contains('-') && dashes.trim_start().starts_with('|');
    Ok(if is_delimiter { (UnitKind::TableHead, below.at()) } else { (UnitKind::TableRow, end) })
}
