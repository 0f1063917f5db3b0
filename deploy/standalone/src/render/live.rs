//! An answer that appears on a terminal while it is written. Pure: what happens goes in, what is to be printed comes out.

use antigravity_proto::types::Answer;

use super::{Canvas, answer};

/// The page so far.
pub(crate) struct Live {
    canvas: Canvas,
    question: String,
    /// Who is expected to answer; known for certain only at the end.
    announced: Option<String>,
    /// Whether the head is on the terminal.
    begun: bool,
    /// The blocks since the last restart.
    markdown: String,
    /// What of their rendering is on the terminal.
    printed: String,
}

impl Live {
    /// An empty page.
    pub(crate) fn new(question: &str, announced: Option<String>, canvas: Canvas) -> Self {
        Self { canvas, question: question.to_owned(), announced, begun: false, markdown: String::new(), printed: String::new() }
    }

    /// A block has been checked and may be shown.
    pub(crate) fn block(&mut self, markdown: &str) -> String {
        let mut out = String::new();
        if !self.begun {
            out = answer::head(&self.question, self.announced.as_deref(), self.canvas) + "\n\n";
            self.begun = true;
        }
        self.markdown.push_str(markdown);
        let rendered = answer::body(&self.markdown, self.canvas);
        // Greedy wrapping only ever appends, unless a mark that this block closes changes how earlier words look: then nothing is added
        // until the end, which sets it right.
        if let Some(more) = rendered.strip_prefix(&self.printed) {
            out.push_str(more);
            self.printed = rendered;
        }
        out
    }

    /// All blocks so far are void.
    pub(crate) fn restarted(&mut self, reason: &str) -> String {
        let told = self.begun && !self.printed.is_empty();
        self.markdown.clear();
        self.printed.clear();
        if told {
            format!("\n\n{}\n\n", answer::body(&format!("— *The answer begins again: {reason}* —"), self.canvas))
        } else {
            String::new()
        }
    }

    /// The whole answer is known: what the page still lacks.
    pub(crate) fn finish(&mut self, answer: &Answer) -> String {
        if !self.begun {
            return answer::page(answer, self.canvas);
        }
        let rendered = answer::body(&answer.markdown, self.canvas);
        let mut out = match rendered.strip_prefix(&self.printed) {
            Some(more) => more.to_owned(),
            None => format!("\n\n{}", from_divergence(&self.printed, &rendered)),
        };
        let answered = answer::answered(answer);
        if self.announced.as_ref() != Some(&answered) {
            out.push_str(&format!("\n\n{}", answer::body(&format!("*{answered}*"), self.canvas)));
        }
        out.push_str(&format!("\n\n{}\n", answer::tail(answer, self.canvas)));
        out
    }
}

/// The rendering from the paragraph on in which it differs from what was printed.
fn from_divergence<'a>(printed: &str, rendered: &'a str) -> &'a str {
    let same = printed.chars().zip(rendered.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let common = rendered.get(..same).unwrap_or_default();
    let start = common.rfind("\n\n").map_or(0, |at| at + 2);
    rendered.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    const CANVAS: Canvas = Canvas::Terminal { width: 40, colour: true };

    /// The answer in blocks: a sentence, a heading or an item each, with the white space behind it.
    fn blocks(markdown: &str) -> impl Iterator<Item = &str> {
        markdown.split_inclusive('\n').flat_map(|line| line.split_inclusive(". "))
    }

    fn announced(answer: &Answer) -> Option<String> {
        Some(answer::answered(answer))
    }

    #[test]
    fn what_was_printed_in_pieces_is_the_page() {
        for answer in [sample::full(), sample::related(), sample::none()] {
            let mut live = Live::new(&answer.question, announced(&answer), CANVAS);
            let mut out: String = blocks(&answer.markdown).map(|block| live.block(block)).collect();
            out.push_str(&live.finish(&answer));
            assert_eq!(out, answer::page(&answer, CANVAS));
        }
    }

    #[test]
    fn without_a_block_the_page_comes_at_the_end() {
        let answer = sample::none();
        assert_eq!(Live::new(&answer.question, None, CANVAS).finish(&answer), answer::page(&answer, CANVAS));
    }

    #[test]
    fn a_restart_is_said_and_the_answer_begins_again() {
        let answer = sample::full();
        let mut live = Live::new(&answer.question, Some("Answered by haiku".into()), CANVAS);
        live.block("# Latent spaces\n\nAn invented");
        let said = live.restarted("too much was unsupported");
        assert!(said.contains("begins again: too much"), "{said}");
        let again = live.block(&answer.markdown);
        assert!(again.contains("Latent spaces"), "{again}");
        let rest = live.finish(&answer);
        assert!(rest.contains("Answered by the archive"), "who really answered is said when somebody else was announced: {rest}");
        assert!(rest.contains("Sources · 4"), "{rest}");
        assert_eq!(Live::new("q", None, CANVAS).restarted("nothing was shown yet"), "");
    }

    #[test]
    fn a_mark_closed_late_is_set_right_at_the_end() {
        let answer = Answer { markdown: "First.\n\n**Bold one. Bold two.** End.".into(), ..sample::full() };
        let mut live = Live::new(&answer.question, announced(&answer), CANVAS);
        let out: String = ["First.\n\n", "**Bold one. ", "Bold two.** ", "End."].into_iter().map(|block| live.block(block)).collect();
        assert!(out.contains("First."), "{out}");
        let rest = live.finish(&answer);
        assert!(rest.starts_with("\n\n\u{1b}[1mBold one. Bold two.\u{1b}[0m End."), "{rest}");
    }
}
