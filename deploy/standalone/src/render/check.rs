//! A checked text: its claims, each with its verdict and what speaks for it.

use antigravity_proto::gateway::v1::CheckGroundingResponse;
use antigravity_proto::types::{Claim, Evidence, TextOrigin, Verdict, VerdictReason};

use super::{
    style::{Canvas, Look, Span, Tint},
    wrap::wrap,
};

/// The summary, then every claim in the order of the text.
pub(crate) fn page(checked: &CheckGroundingResponse, canvas: Canvas) -> String {
    let mut parts = vec![summary(checked, canvas)];
    parts.extend(checked.claims.iter().filter(|claim| claim.reason() != VerdictReason::Heading).map(|claim| drawn(claim, canvas)));
    parts.join("\n\n") + "\n"
}

/// `5 of 8 claims that need support have it: 4 supported, 1 inference, 1 partly supported, 2 unsupported`.
fn summary(checked: &CheckGroundingResponse, canvas: Canvas) -> String {
    let kinds = [Verdict::Supported, Verdict::Inference, Verdict::PartlySupported, Verdict::Unsupported];
    let counted = kinds.map(|kind| (kind, checked.claims.iter().filter(|claim| claim.verdict() == kind).count()));
    let needing: usize = counted.iter().map(|(_, count)| count).sum();
    let having: usize = counted.iter().take(2).map(|(_, count)| count).sum();
    let counts: Vec<String> =
        counted.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| format!("{count} {}", kind.in_words())).collect();
    let text = if needing == 0 {
        "No claim needs support.".to_owned()
    } else {
        format!("{having} of {needing} claims that need support have it: {}.", counts.join(", "))
    };
    wrap(&[Span::new(&text, Look::BOLD)], "", "", canvas).join("\n")
}

fn drawn(claim: &Claim, canvas: Canvas) -> String {
    let verdict = claim.verdict().in_words();
    let why = why(claim.reason());
    let tint = if matches!(claim.verdict(), Verdict::Unsupported | Verdict::PartlySupported) { Tint::Warning } else { Tint::Quiet };
    let head = if why.is_empty() { verdict.to_owned() } else { format!("{verdict}: {why}") };
    let mut lines = wrap(&[Span::new(&head, Look::of(tint))], "", "", canvas);
    lines.extend(wrap(&[Span::new(&claim.text, Look::default())], "  ", "  ", canvas));
    for evidence in &claim.evidence {
        let look = Look::of(Tint::Quiet);
        let spans = [
            Span::new(&evidence.preprint_id, Look::of(Tint::Citation)),
            Span::new(&format!("{} “{}”", origin(evidence), evidence.text), look),
        ];
        lines.extend(wrap(&spans, "  > ", "    ", canvas));
    }
    lines.join("\n")
}

/// Whose words the evidence is, where they aren't the authors'.
fn origin(evidence: &Evidence) -> &'static str {
    match evidence.text_origin() {
        TextOrigin::Summary => " (summary)",
        TextOrigin::TitleOnly => " (title)",
        _ => "",
    }
}

/// What a reader can't see from the verdict alone.
fn why(reason: VerdictReason) -> &'static str {
    if reason == VerdictReason::WordsAndNumbersFound { "" } else { reason.in_words() }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn checked() -> CheckGroundingResponse {
        let claim = |text: &str, verdict: Verdict, reason: VerdictReason, evidence: Vec<Evidence>| Claim {
            text: text.into(),
            verdict: verdict.into(),
            reason: reason.into(),
            evidence,
            ..Claim::default()
        };
        let evidence = Evidence {
            preprint_id: "AG-2026.03-1712".into(),
            text: "We show that diverse signals help.".into(),
            text_origin: TextOrigin::Summary.into(),
            ..Evidence::default()
        };
        let claims = vec![
            claim("# Title", Verdict::NoCitationNeeded, VerdictReason::Heading, vec![]),
            claim("Diverse signals help\n[AG-2026.03-1712].", Verdict::Supported, VerdictReason::WordsAndNumbersFound, vec![evidence]),
            claim("All is \u{1b}[2Jlost.", Verdict::Unsupported, VerdictReason::NoCitation, vec![]),
        ];
        CheckGroundingResponse { claims, support: 0.5 }
    }

    #[test]
    fn claims_are_listed_with_what_speaks_for_them() {
        expect![[r#"
            1 of 2 claims that need support have it: 1 supported, 1 unsupported.

            supported
              Diverse signals help [AG-2026.03-1712].
              > AG-2026.03-1712 (summary) “We show that diverse signals help.”

            unsupported: it claims something and cites nothing
              All is [2Jlost.
        "#]]
        .assert_eq(&page(&checked(), Canvas::Plain));
    }

    #[test]
    fn nothing_to_check_is_said() {
        assert_eq!(page(&CheckGroundingResponse::default(), Canvas::Plain), "No claim needs support.\n");
    }
}
