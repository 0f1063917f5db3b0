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
    let count = |verdict: Verdict| checked.claims.iter().filter(|claim| claim.verdict() == verdict).count();
    let [supported, inferred] = [Verdict::Supported, Verdict::Inference].map(count);
    let [partly, unsupported] = [Verdict::PartlySupported, Verdict::Unsupported].map(count);
    let needing = supported + inferred + partly + unsupported;
    let counts: Vec<String> =
        [(supported, "supported"), (inferred, "inference"), (partly, "partly supported"), (unsupported, "unsupported")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
    let text = if needing == 0 {
        "No claim needs support.".to_owned()
    } else {
        format!("{} of {needing} claims that need support have it: {}.", supported + inferred, counts.join(", "))
    };
    wrap(&[Span::new(&text, Look::BOLD)], "", "", canvas).join("\n")
}

fn drawn(claim: &Claim, canvas: Canvas) -> String {
    let verdict = name(claim.verdict());
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

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unspecified => "not checked",
        Verdict::Supported => "supported",
        Verdict::PartlySupported => "partly supported",
        Verdict::Unsupported => "unsupported",
        Verdict::Inference => "inference",
        Verdict::NoCitationNeeded => "no citation needed",
    }
}

/// What a reader can't see from the verdict alone.
fn why(reason: VerdictReason) -> &'static str {
    match reason {
        VerdictReason::NoSuchSource => "it cites an id that the archive doesn't have",
        VerdictReason::NoCitation => "it claims something and cites nothing",
        VerdictReason::NumberNotFound => "a number of it is not in the cited text, or not where that speaks of it",
        VerdictReason::WordsNotFound => "too few of its words are in the cited text",
        VerdictReason::OtherSourceFitsBetter => "another preprint that the text cites fits it much better",
        VerdictReason::PolarityDiffers => "it says the opposite of the cited text",
        VerdictReason::StudyToldAsFinding => "the cited text studies what it says was found",
        VerdictReason::NameNotFound => "a name or acronym of it is in no cited preprint",
        VerdictReason::HedgedConclusion => "a hedged conclusion from something supported",
        VerdictReason::Quotation => "a verbatim quotation",
        VerdictReason::QuestionRestated => "a question",
        VerdictReason::NoteOnSilence => "it says what the archive doesn't hold",
        VerdictReason::Transition => "it leads over",
        VerdictReason::SecondJudge => "by the second judge",
        VerdictReason::Unspecified | VerdictReason::WordsAndNumbersFound | VerdictReason::Heading => "",
    }
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
