//! Checking any text with citations: the preprints that it names are read from the archive, and the answerer judges claim by claim.

use std::collections::BTreeSet;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1 as answerer;
use antigravity_proto::gateway::v1::{CheckGroundingRequest, CheckGroundingResponse};
use antigravity_proto::retriever::v1::GetPreprintsRequest;
use antigravity_proto::types::{Claim, Reason, Verdict};
use antigravity_text::mentions;
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::request::Fields;

/// Longest text, in characters. From the contract.
pub(crate) const TEXT_MAX: usize = 20_000;

/// Most different ids in a text. From the contract.
const IDS_MAX: usize = 64;

pub(crate) async fn check(
    gateway: &Gateway,
    context: CallContext,
    request: CheckGroundingRequest,
) -> Result<CheckGroundingResponse, Status> {
    let fields = Fields::of_the_request();
    fields.archive(&request.archive)?;
    let ids = cited(fields, &request.markdown)?;
    let context = deadlines::for_peers(context);
    let preprints = if ids.is_empty() {
        Vec::new()
    } else {
        let request = GetPreprintsRequest { archive: gateway.archive(request.archive), ids: ids.into_iter().collect() };
        gateway.peers.get_preprints(&context, request).await?.preprints
    };
    let request = answerer::CheckGroundingRequest { markdown: request.markdown, preprints };
    let claims = gateway.peers.check_grounding(&context, request).await?.claims;
    Ok(CheckGroundingResponse { support: support(&claims), claims })
}

/// The ids that a text names, in their canonical form. One that the archive hasn't is no error: the claim that cites it is unsupported.
fn cited(fields: Fields, markdown: &str) -> Result<BTreeSet<String>, Problem> {
    let refuse = |message| fields.refuse(Reason::ArgumentInvalid, "markdown", message);
    if markdown.trim().is_empty() {
        return Err(refuse("the text is empty".to_owned()));
    }
    let characters = markdown.chars().count();
    if characters > TEXT_MAX {
        return Err(refuse(format!("the text has {characters} characters; at most {TEXT_MAX} are accepted")));
    }
    let ids: BTreeSet<String> = mentions(markdown).into_iter().filter_map(|cited| cited.id).map(|id| id.to_string()).collect();
    if ids.len() > IDS_MAX {
        return Err(refuse(format!("the text cites {} preprints; at most {IDS_MAX} are accepted", ids.len())));
    }
    Ok(ids)
}

/// The share of the claims that need support and have it; 1 when none needs any. An inference rests on a supported claim beside it, and a
/// claim that is supported in part isn't supported.
fn support(claims: &[Claim]) -> f64 {
    let needing = claims.iter().filter(|claim| !matches!(claim.verdict(), Verdict::NoCitationNeeded | Verdict::Unspecified)).count();
    let supported = claims.iter().filter(|claim| matches!(claim.verdict(), Verdict::Supported | Verdict::Inference)).count();
    if needing == 0 { 1.0 } else { supported as f64 / needing as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_support_is_counted() {
        let claim = |verdict: Verdict| Claim { verdict: verdict.into(), ..Default::default() };
        for (verdicts, expected) in [
            (vec![], 1.0),
            (vec![Verdict::NoCitationNeeded], 1.0),
            (vec![Verdict::Supported, Verdict::Unsupported], 0.5),
            (vec![Verdict::Supported, Verdict::NoCitationNeeded], 1.0),
            (vec![Verdict::Supported, Verdict::PartlySupported, Verdict::Inference, Verdict::Unsupported], 0.5),
        ] {
            let claims: Vec<Claim> = verdicts.iter().copied().map(claim).collect();
            assert!((support(&claims) - expected).abs() < f64::EPSILON, "{verdicts:?}");
        }
    }

    #[test]
    fn each_id_is_read_once_and_limits_are_kept() {
        let fields = Fields::of_the_request();
        let ids = cited(fields, "One [AG-2026.03-1712]. Two [ag-2026.03-1712, AG-2025.03-220].").unwrap();
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["AG-2025.03-220", "AG-2026.03-1712"]);
        let many: String = (0..=IDS_MAX).map(|number| format!("[AG-2026.03-{}] ", 1000 + number)).collect();
        for refused in ["", " \n", many.as_str(), &"x".repeat(TEXT_MAX + 1)] {
            assert!(cited(fields, refused).is_err(), "{} characters", refused.len());
        }
    }
}
