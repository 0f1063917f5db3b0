//! What the check of a sentence found, where the sentence stands.

use antigravity_proto::types::{Claim, Verdict};

/// A paragraph's Markdown with a mark behind each sentence of which not everything stands in its sources. The answerer itself marks what no source
/// supports; `markdown` draws all marks.
pub(super) fn marked(markdown: &str, claims: &[Claim]) -> String {
    let mut marked = markdown.to_owned();
    let marks = claims.iter().rev().filter_map(|claim| Some((claim.span?.end as usize, mark(claim.verdict())?)));
    for (end, mark) in marks {
        // A formula or code on lines of its own has no place for a mark; it is told with the others below the answer.
        let Some(before) = marked.get(..end).filter(|before| !before.ends_with("```") && !before.ends_with("$$")) else { continue };
        // In a table, what stands behind the last bar belongs to no cell.
        let at = before.strip_suffix('|').map_or(before, str::trim_end).len();
        marked.insert_str(at, mark);
    }
    marked
}

fn mark(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::PartlySupported => Some(" [partly supported]"),
        Verdict::Inference => Some(" [inference]"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::types::ByteSpan;

    #[test]
    fn a_mark_stands_behind_its_sentence() {
        let claim =
            |start, end, verdict: Verdict| Claim { span: Some(ByteSpan { start, end }), verdict: verdict.into(), ..Default::default() };
        let text = "Öne. Two. | x |";
        let claims = [claim(0, 5, Verdict::PartlySupported), claim(6, 10, Verdict::Supported), claim(11, 16, Verdict::Inference)];
        assert_eq!(marked(text, &claims), "Öne. [partly supported] Two. | x [inference] |");
        assert_eq!(
            marked("É", &[claim(0, 1, Verdict::Inference), claim(0, 99, Verdict::Inference)]),
            "É",
            "a span that is none marks nothing"
        );
    }
}
