//! The follow-ups that a model wrote after the marker.

use antigravity_proto::types::{FollowUp, FollowUpKind};
use antigravity_text::mentions;

use super::MOST_WORDS;

/// A model was asked for three; of more, the rest is not looked at.
const MOST: usize = 6;

/// The questions of the reply's tail, each with its kind. Lines that are no single question of at most twenty words, or that cite, are left out.
pub(super) fn parsed(tail: &str) -> Vec<FollowUp> {
    tail.lines().filter_map(question).take(MOST).map(|question| FollowUp { kind: kind(&question).into(), question }).collect()
}

fn question(line: &str) -> Option<String> {
    let bullet = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '*' | '•' | '.' | ')' | '"');
    let text = line.trim_start_matches(bullet).trim_end().trim_end_matches(['*', '"']).trim_end();
    let is_one = text.ends_with('?') && text.matches('?').count() == 1;
    let words = text.split_whitespace().count();
    (is_one && (3..=MOST_WORDS).contains(&words) && mentions(text).is_empty()).then(|| text.to_owned())
}

/// By the words that it begins with.
fn kind(question: &str) -> FollowUpKind {
    let lower = question.to_lowercase();
    let has = |word: &str| lower.contains(word);
    match lower.split_whitespace().next().unwrap_or("") {
        "can" | "could" | "does" | "do" | "is" | "are" | "will" | "would" | "has" | "have" => FollowUpKind::Test,
        "where" | "when" => FollowUpKind::Limit,
        "why" if has("but not") || has("fail") || has(" not ") => FollowUpKind::Limit,
        "what" if has("limit") || has("fail") || has("break") => FollowUpKind::Limit,
        _ => FollowUpKind::Mechanism,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_parsed_with_their_kinds() {
        let tail = "\n1. How does sensitivity degrade if training diversity falls?\n- Why do models cluster in one case but not in the other?\n\
                    * \"Can interpolation reliably predict it?\"\nThat is all.\n- Too? Many?\n- Does [AG-2026.03-1712] say so?\n";
        let found: Vec<(String, FollowUpKind)> = parsed(tail).into_iter().map(|found| (found.question.clone(), found.kind())).collect();
        assert_eq!(
            found,
            [
                ("How does sensitivity degrade if training diversity falls?".to_owned(), FollowUpKind::Mechanism),
                ("Why do models cluster in one case but not in the other?".to_owned(), FollowUpKind::Limit),
                ("Can interpolation reliably predict it?".to_owned(), FollowUpKind::Test),
            ]
        );
    }
}
