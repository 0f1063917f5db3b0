//! Checking a text that was written elsewhere: its claims, by the preprints that it cites.

use std::collections::BTreeSet;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1 as answerer;
use antigravity_proto::gateway::v1::{CheckGroundingRequest, CheckGroundingResponse};
use antigravity_proto::retriever::v1::GetPreprintsRequest;
use antigravity_proto::types::{Claim, Reason, Verdict};
use antigravity_text::{PreprintId, mentions};
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::request::Fields;

/// Longest text, in characters (Unicode scalar values). From the contract.
pub(crate) const TEXT_MAX: usize = 20_000;

/// Most different ids in it. From the contract.
const IDS_MAX: usize = 64;

pub(crate) async fn check(
    gateway: &Gateway,
    context: CallContext,
    request: CheckGroundingRequest,
) -> Result<CheckGroundingResponse, Status> {
    Fields::of_the_request().archive(&request.archive)?;
    let ids = cited(&request.markdown)?;
    let context = deadlines::for_peers(context);
    let preprints = if ids.is_empty() {
        Vec::new()
    } else {
        let ids = ids.iter().map(ToString::to_string).collect();
        gateway.peers.get_preprints(&context, GetPreprintsRequest { archive: gateway.archive(request.archive), ids }).await?.preprints
    };
    let asked = answerer::CheckGroundingRequest { markdown: request.markdown, preprints };
    let claims = gateway.peers.check_grounding(&context, asked).await?.claims;
    Ok(CheckGroundingResponse { support: support(&claims), claims })
}

/// The ids that a text cites, once each.
fn cited(markdown: &str) -> Result<BTreeSet<PreprintId>, Problem> {
    let refuse = |message: String| Err(Fields::of_the_request().refuse(Reason::ArgumentInvalid, "markdown", message));
    let characters = markdown.chars().count();
    if markdown.trim().is_empty() {
        return refuse("the text is empty: send what is to be checked".to_owned());
    }
    if characters > TEXT_MAX {
        return refuse(format!("the text has {characters} characters; at most {TEXT_MAX} are accepted: send it in parts"));
    }
    let ids: BTreeSet<PreprintId> = mentions(markdown).into_iter().filter_map(|mention| mention.id).collect();
    if ids.len() > IDS_MAX {
        return refuse(format!("the text cites {} preprints; at most {IDS_MAX} are accepted: send it in parts", ids.len()));
    }
    Ok(ids)
}

/// Of the claims that need support, the share that has it: a source says them, or they are a hedged conclusion from one. 1 when none needs any.
fn support(claims: &[Claim]) -> f64 {
    let needing = claims.iter().filter(|claim| claim.verdict() != Verdict::NoCitationNeeded).count();
    let having = claims.iter().filter(|claim| matches!(claim.verdict(), Verdict::Supported | Verdict::Inference)).count();
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if needing == 0 { 1.0 } else { count(having) / count(needing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_is_of_what_needs_it() {
        let claims =
            |verdicts: &[Verdict]| verdicts.iter().map(|verdict| Claim { verdict: (*verdict).into(), ..Claim::default() }).collect();
        for (verdicts, expected) in [
            (&[][..], 1.0),
            (&[Verdict::NoCitationNeeded], 1.0),
            (&[Verdict::Supported, Verdict::NoCitationNeeded, Verdict::Unsupported], 0.5),
            (&[Verdict::Inference, Verdict::PartlySupported, Verdict::Unsupported, Verdict::Supported], 0.5),
        ] {
            let claims: Vec<Claim> = claims(verdicts);
            assert!((support(&claims) - expected).abs() < 1e-12, "{verdicts:?}");
        }
    }
}
