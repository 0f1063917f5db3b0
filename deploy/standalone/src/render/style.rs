//! What text is drawn on, and how a stretch of it looks.

use console::Style;

/// What text is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Canvas {
    /// A pipe or a file: Markdown, neither wrapped nor coloured.
    Plain,
    /// A terminal.
    Terminal {
        /// In columns.
        width: usize,
        /// Whether looks may be shown by escape sequences.
        colour: bool,
    },
}

/// How a stretch of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Look {
    /// For lead-ins and headings.
    pub(crate) bold: bool,
    /// For what is stressed.
    pub(crate) italic: bool,
    /// What the stretch is.
    pub(crate) tint: Tint,
}

/// What a stretch of text is, as far as that shows by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tint {
    /// Text.
    #[default]
    Text,
    /// Of lesser weight: dates, categories, the foot.
    Quiet,
    /// An AG id.
    Citation,
    /// Something to beware of.
    Warning,
    /// A similarity.
    Figure,
}

impl Look {
    /// Bold text.
    pub(crate) const BOLD: Self = Self { bold: true, italic: false, tint: Tint::Text };

    /// Text of this kind.
    pub(crate) const fn of(tint: Tint) -> Self {
        Self { bold: false, italic: false, tint }
    }
}

impl Canvas {
    /// Puts a stretch of text on the canvas.
    pub(crate) fn paint(self, text: &str, look: Look) -> String {
        if !matches!(self, Self::Terminal { colour: true, .. }) || look == Look::default() {
            return text.to_owned();
        }
        let style = match look.tint {
            Tint::Text => Style::new(),
            Tint::Quiet => Style::new().dim(),
            Tint::Citation => Style::new().cyan(),
            Tint::Warning => Style::new().yellow(),
            Tint::Figure => Style::new().green(),
        };
        let style = if look.bold { style.bold() } else { style };
        let style = if look.italic { style.italic() } else { style };
        style.force_styling(true).apply_to(text).to_string()
    }

    /// The width that text is wrapped to.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Plain => usize::MAX,
            Self::Terminal { width, .. } => width,
        }
    }
}

/// A stretch of text with its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// The text, without control characters.
    pub(crate) text: String,
    /// How it looks.
    pub(crate) look: Look,
}

impl Span {
    /// A stretch of text. Control characters become spaces: text from elsewhere must not move the cursor or retitle the terminal.
    pub(crate) fn new(text: &str, look: Look) -> Self {
        Self { text: text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(), look }
    }
}

/// Text of several lines without control characters but line breaks and tabs.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect()
}
