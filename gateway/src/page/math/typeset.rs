//! One formula, typeset.

use antigravity_text::latex;
use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::{Content, Dimension, DimensionUnit, EnvironmentFlow, Event, StateChange};
use pulldown_latex::{Parser, ParserError, RenderConfig, Storage};

use super::rewrite::{Unreadable, rewrite};
use super::vetted::vetted;
use crate::page::html::{self, Html};
use crate::page::legible::legible;

/// Longest formula that is typeset, in bytes. The longest of 190,000 in real abstracts has under 1,000.
const LONGEST: usize = 4_000;

/// Most macros of a formula that is typeset. Real abstracts have up to 36.
const MACROS: usize = 400;

/// Most macros for which the stack of any thread is enough. The crate reads a macro that is the argument of another (`\hat\hat\hat x`) by calling
/// itself, which takes up to 20 kB each in a debug build.
const MACROS_ON_ANY_STACK: usize = 50;

/// A stack for [`MACROS`], with half of it to spare.
const STACK: usize = 16 * 1024 * 1024;

/// Where a formula stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// Within a line.
    Inline,
    /// On lines of its own.
    Display,
}

/// Why a formula is shown as its author wrote it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("longer than {LONGEST} bytes, or more than {MACROS} macros")]
    TooLong,
    #[error("no memory for it")]
    NoStack,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{0}")]
    NotUnderstood(String),
    #[error("the name of an operator holds markup")]
    OperatorName,
    #[error("its MathML is deeply nested or holds what no formula of ours has")]
    Foreign,
}

/// The formula as MathML.
///
/// # Errors
/// [`Refusal`]; the formula is then to be shown as it stands.
pub(super) fn typeset(latex: &str, layout: Layout) -> Result<Html, Refusal> {
    if latex.len() > LONGEST {
        return Err(Refusal::TooLong);
    }
    let rewritten = rewrite(&legible(latex))?;
    let macros = rewritten.matches('\\').count();
    if macros > MACROS {
        return Err(Refusal::TooLong);
    }
    if macros <= MACROS_ON_ANY_STACK {
        return written(&rewritten, layout);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || written(&rewritten, layout));
        thread.map_err(|_| Refusal::NoStack)?.join().map_err(|_| Refusal::NoStack)?
    })
}

fn written(rewritten: &str, layout: Layout) -> Result<Html, Refusal> {
    let storage = Storage::new();
    let events =
        Parser::new(rewritten, &storage).collect::<Result<Vec<_>, _>>().map_err(|error| Refusal::NotUnderstood(first_line(&error)))?;
    // What stands between letters of text mode is LaTeX still: accents, macros, dollars.
    let names: Vec<String> = events.iter().map(text_mode).collect();
    if events.iter().zip(&names).any(|(event, name)| is_operator(event) && name.contains(['<', '>', '&'])) {
        return Err(Refusal::OperatorName);
    }
    let events = events.into_iter().zip(&names).filter_map(|(event, name)| adapted(event, name)).map(Ok::<_, ParserError>);
    let display_mode = match layout {
        Layout::Inline => DisplayMode::Inline,
        Layout::Display => DisplayMode::Block,
    };
    let mut written = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    pulldown_latex::push_mathml(&mut written, events, config).map_err(|error| Refusal::NotUnderstood(error.to_string()))?;
    vetted(&written).map(html::mathml).ok_or(Refusal::Foreign)
}

/// The error's message without the picture of its place that follows.
fn first_line(error: &ParserError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("parsing error: ").unwrap_or(line).to_owned()
}

fn text_mode(event: &Event<'_>) -> String {
    match event {
        Event::Content(Content::Text(text) | Content::Function(text)) => latex::plain(text),
        _ => String::new(),
    }
}

fn is_operator(event: &Event<'_>) -> bool {
    matches!(event, Event::Content(Content::Function(_)))
}

/// The event as it may be written: without colours and negative spaces, which the crate writes as `style=`, and with the width that a space of
/// height alone lacks. `name` is its text, read.
fn adapted<'a>(event: Event<'a>, name: &'a str) -> Option<Event<'a>> {
    Some(match event {
        Event::Content(Content::Text(_)) => Event::Content(Content::Text(name)),
        Event::Content(Content::Function(_)) => Event::Content(Content::Function(name)),
        Event::StateChange(StateChange::Color(_)) => return None,
        Event::Space { width, height, depth } => {
            let width = width.filter(|width| width.value >= 0.0).unwrap_or(Dimension::new(0.0, DimensionUnit::Em));
            Event::Space { width: Some(width), height, depth }
        }
        Event::EnvironmentFlow(EnvironmentFlow::NewLine { horizontal_lines, .. }) => {
            Event::EnvironmentFlow(EnvironmentFlow::NewLine { spacing: None, horizontal_lines })
        }
        other => other,
    })
}
