//! A kept answer as a point, and back.

use std::collections::HashMap;

use antigravity_proto::retriever::v1::KeepAnswerRequest;
use antigravity_proto::types::Answer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use qdrant_client::qdrant::{self as pb, point_id::PointIdOptions, value::Kind, vectors::VectorsOptions};
use uuid::Uuid;

use super::find::SHARE_TOKEN;
use crate::error::{RetrieverError, argument};
use crate::index::IndexError;
use crate::index::point::{uuid, uuid_text};

/// An answer, and what it is found by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    tenant: String,
    reuse_key: String,
    request_id: String,
    pub(super) share_token: Option<String>,
    /// Since the Unix epoch, in seconds.
    expires: i64,
    pub(super) answer: Answer,
}

impl Kept {
    pub(super) fn of(request: KeepAnswerRequest) -> Result<Self, RetrieverError> {
        let KeepAnswerRequest { tenant, answer, reuse_key, expire_time, request_id } = request;
        let missing = |field: &str| argument(field, "is missing");
        let answer = answer.ok_or_else(|| missing("answer"))?;
        let expires = expire_time.ok_or_else(|| missing("expire_time"))?.seconds;
        if tenant.is_empty() {
            return Err(missing("tenant").into());
        }
        if point_id(&answer.id).is_none() {
            return Err(argument("answer.id", "is no UUID").into());
        }
        Ok(Self { tenant, reuse_key, request_id, share_token: None, expires, answer })
    }

    pub(super) fn to_point(&self) -> pb::PointStruct {
        let created = self.answer.create_time.map_or(0, |time| time.seconds);
        // As bytes rather than as JSON: an answer of an older or newer version reads the same.
        let answer = STANDARD.encode(self.answer.encode_to_vec());
        let mut payload: HashMap<String, pb::Value> = [
            ("tenant", self.tenant.clone().into()),
            ("created", created.into()),
            ("expires", self.expires.into()),
            ("answer", answer.into()),
        ]
        .map(|(name, value): (_, pb::Value)| (name.to_owned(), value))
        .into();
        let found_by =
            [("reuse_key", Some(&self.reuse_key)), ("request_id", Some(&self.request_id)), (SHARE_TOKEN, self.share_token.as_ref())];
        for (name, value) in found_by {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                payload.insert(name.to_owned(), value.clone().into());
            }
        }
        pb::PointStruct {
            id: point_id(&self.answer.id).map(uuid),
            payload,
            // None at all is refused.
            vectors: Some(pb::Vectors { vectors_options: Some(VectorsOptions::Vectors(pb::NamedVectors { vectors: HashMap::new() })) }),
        }
    }

    pub(super) fn read(point: pb::RetrievedPoint) -> Result<Self, IndexError> {
        let id = uuid_text(point.id)?;
        Self::of_payload(point.payload).ok_or_else(|| IndexError::Foreign(format!("the kept answer {id}")))
    }

    fn of_payload(mut payload: HashMap<String, pb::Value>) -> Option<Self> {
        let mut text = |name: &str| match payload.remove(name)?.kind? {
            Kind::StringValue(text) => Some(text),
            _ => None,
        };
        let (tenant, answer) = (text("tenant")?, STANDARD.decode(text("answer")?).ok()?);
        let (reuse_key, request_id, share_token) = (text("reuse_key"), text("request_id"), text(SHARE_TOKEN));
        let Kind::IntegerValue(expires) = payload.remove("expires")?.kind? else { return None };
        Some(Self {
            tenant,
            reuse_key: reuse_key.unwrap_or_default(),
            request_id: request_id.unwrap_or_default(),
            share_token,
            expires,
            answer: Answer::decode(answer.as_slice()).ok()?,
        })
    }
}

/// The point of an answer: its id with every bit turned over. Ids of answers rise with time (UUIDv7) and Qdrant lists points by rising ids, so
/// that the newest answer comes first without a sort.
pub(super) fn point_id(answer: &str) -> Option<String> {
    let id: Uuid = answer.parse().ok()?;
    Some(Uuid::from_u128(!id.as_u128()).hyphenated().to_string())
}

/// Where a page goes on, as a caller holds it.
pub(super) fn to_token(next: pb::PointId) -> String {
    uuid_text(Some(next)).unwrap_or_default()
}

pub(super) fn of_token(token: &str) -> Option<pb::PointId> {
    let id: Uuid = token.parse().ok()?;
    Some(pb::PointId { point_id_options: Some(PointIdOptions::Uuid(id.hyphenated().to_string())) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let answer = Answer { id: Uuid::now_v7().to_string(), question: "Why?".into(), ..Default::default() };
        Kept {
            tenant: "lab-a".into(),
            reuse_key: "k".into(),
            request_id: String::new(),
            share_token: Some("s".into()),
            expires: 1_800_000_000,
            answer,
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for kept in [kept(), Kept { share_token: None, request_id: "r".into(), ..kept() }] {
            let point = kept.to_point();
            let read = pb::RetrievedPoint { id: point.id, payload: point.payload, ..Default::default() };
            assert_eq!(Kept::read(read).unwrap(), kept);
        }
    }

    #[test]
    fn a_newer_answer_stands_before_an_older_one() {
        let ids: Vec<String> = (0..5).map(|_| Uuid::now_v7().to_string()).collect();
        let points: Vec<String> = ids.iter().map(|id| point_id(id).unwrap()).collect();
        assert!(ids.is_sorted() && points.iter().rev().is_sorted(), "{points:?}");
        assert_eq!(point_id(&points[0]).unwrap(), ids[0]);
    }

    #[test]
    fn half_an_answer_is_refused() {
        let whole = || KeepAnswerRequest {
            tenant: "lab-a".into(),
            answer: Some(kept().answer),
            expire_time: Some(prost_types::Timestamp::default()),
            ..Default::default()
        };
        assert!(Kept::of(whole()).is_ok());
        for wrong in [
            KeepAnswerRequest { tenant: String::new(), ..whole() },
            KeepAnswerRequest { answer: None, ..whole() },
            KeepAnswerRequest { answer: Some(Answer { id: "1".into(), ..kept().answer }), ..whole() },
            KeepAnswerRequest { expire_time: None, ..whole() },
        ] {
            assert!(Kept::of(wrong).is_err());
        }
    }
}
