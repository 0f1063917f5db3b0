//! Ids of points, in one spelling: a UUID may come in upper case or without hyphens, and is the same id.

use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::PointId;
use tonic::Status;
use uuid::Uuid;

use crate::error::bad_request;

/// A number or a UUID; nothing else is a point's id.
pub(crate) fn from_message(id: Option<pb::PointId>) -> Result<PointId, Status> {
    match id.and_then(|id| id.point_id_options) {
        Some(PointIdOptions::Num(number)) => Ok(PointId::NumId(number)),
        Some(PointIdOptions::Uuid(text)) => {
            Uuid::parse_str(&text).map(PointId::Uuid).map_err(|_| Status::invalid_argument(format!("Unable to parse UUID: {text}")))
        }
        None => Err(bad_request("a point id is missing")),
    }
}

/// Several ids, in order.
pub(crate) fn all_from_message(ids: Vec<pb::PointId>) -> Result<Vec<PointId>, Status> {
    ids.into_iter().map(|id| from_message(Some(id))).collect()
}

/// UUIDs in lower case with hyphens.
pub(crate) fn to_message(id: PointId) -> pb::PointId {
    let options = match id {
        PointId::NumId(number) => PointIdOptions::Num(number),
        PointId::Uuid(uuid) => PointIdOptions::Uuid(uuid.hyphenated().to_string()),
    };
    pb::PointId { point_id_options: Some(options) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_uuids_survive_and_nothing_else_is_an_id() {
        let parse = |options| from_message(Some(pb::PointId { point_id_options: options }));
        assert_eq!(parse(Some(PointIdOptions::Num(u64::MAX))).unwrap(), PointId::NumId(u64::MAX));
        let upper = "936DA01F-9ABD-4D9D-80C7-02AF85C822A8";
        let id = parse(Some(PointIdOptions::Uuid(upper.into()))).unwrap();
        let back = to_message(id).point_id_options.unwrap();
        assert_eq!(back, PointIdOptions::Uuid(upper.to_lowercase()));
        for bad in [None, Some(PointIdOptions::Uuid("42".into())), Some(PointIdOptions::Uuid(String::new()))] {
            assert_eq!(parse(bad).unwrap_err().code(), tonic::Code::InvalidArgument);
        }
        assert_eq!(from_message(None).unwrap_err().code(), tonic::Code::InvalidArgument);
    }
}
