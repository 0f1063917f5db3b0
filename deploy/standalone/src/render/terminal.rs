//! What standard output is.

use std::io::{IsTerminal as _, stdout};

use console::Term;

use super::Canvas;
use crate::progress::dumb;

/// Longer lines are hard to read, however wide the window.
const MAX_WIDTH: usize = 100;
/// Where the terminal doesn't say how wide it is.
const DEFAULT_WIDTH: usize = 80;
/// Below this nothing can be laid out.
const MIN_WIDTH: usize = 20;

/// The canvas that standard output is: plain unless it is a terminal; without colour where `NO_COLOR` (<https://no-color.org>) or a dumb
/// terminal asks for it.
pub(crate) fn canvas() -> Canvas {
    if !stdout().is_terminal() {
        return Canvas::Plain;
    }
    let width = Term::stdout().size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| usize::from(columns));
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Canvas::Terminal { width: width.clamp(MIN_WIDTH, MAX_WIDTH), colour: !no_colour && !dumb() }
}
