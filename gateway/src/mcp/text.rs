//! What a tool's result says to a reader without eyes for JSON. Pure.

use antigravity_proto::gateway::v1::CheckGroundingResponse;
use antigravity_proto::types::{Answer, Claim, Coverage, CoverageLevel, Preprint, Source, TextOrigin, Verdict};

/// The answer, what it rests on, and where to go on.
pub(super) fn answer(answer: &Answer) -> String {
    let mut parts = vec![answer.markdown.clone()];
    parts.extend(answer.coverage.as_ref().map(coverage));
    parts.push(format!("Sources:\n{}", sources(&answer.sources)));
    if !answer.follow_ups.is_empty() {
        let questions: Vec<String> = answer.follow_ups.iter().map(|follow_up| format!("- {}", follow_up.question)).collect();
        parts.push(format!("Questions to go on with:\n{}", questions.join("\n")));
    }
    parts.extend(answer.notices.iter().map(|notice| format!("Note: {}", notice.message)));
    parts.push(answer.disclaimer.clone());
    parts.join("\n\n")
}

pub(super) fn coverage(coverage: &Coverage) -> String {
    let level = match coverage.level() {
        CoverageLevel::Unspecified => "not judged",
        CoverageLevel::Full => "full",
        CoverageLevel::Partial => "partial",
        CoverageLevel::Related => "related work only",
        CoverageLevel::None => "none",
    };
    if coverage.missing_aspects.is_empty() {
        return format!("Coverage of the question by the archive: {level}.");
    }
    format!("Coverage of the question by the archive: {level}. Not covered: {}.", coverage.missing_aspects.join(", "))
}

pub(super) fn sources(sources: &[Source]) -> String {
    if sources.is_empty() {
        return "The archive has nothing on this.".into();
    }
    let line = |source: &Source| {
        let percent = (source.similarity * 100.0).round();
        format!("- [{}] {} ({}, {}; {percent:.0} % similar) {}", source.id, source.title, source.primary_category, source.date, source.url)
    };
    sources.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn preprint(preprint: &Preprint) -> String {
    let origin = match preprint.text_origin() {
        TextOrigin::Summary => "Summary of the abstract, not the authors' words",
        _ => "Abstract",
    };
    let Preprint { id, title, authors, date, url, abstract_text, .. } = preprint;
    let head = format!("[{id}] {title}\n{}\n{date} {url}", authors.join(", "));
    if abstract_text.is_empty() { head } else { format!("{head}\n\n{origin}: {abstract_text}") }
}

pub(super) fn checked(checked: &CheckGroundingResponse) -> String {
    let line = |claim: &Claim| {
        // What an assistant must not repeat is not to be overlooked.
        let verdict = match claim.verdict() {
            Verdict::Unsupported => "UNSUPPORTED",
            verdict => verdict.in_words(),
        };
        format!("- {verdict}: {}", claim.text)
    };
    let share = (checked.support * 100.0).round();
    let lines: Vec<String> = checked.claims.iter().map(line).collect();
    format!("{share:.0} % of the claims that need support have it.\n{}", lines.join("\n"))
}
