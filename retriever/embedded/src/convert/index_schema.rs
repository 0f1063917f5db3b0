//! Payload indexes: of keywords and of integers, by type alone, as the index asks for them; and how one is reported.

use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{PayloadFieldSchema, PayloadIndexInfo, PayloadSchemaType};
use tonic::Status;

use crate::error::{bad_request, invalid_field, unsupported};

/// What kind of index to make.
pub(crate) fn from_message(field_type: Option<i32>, params: Option<pb::PayloadIndexParams>) -> Result<PayloadFieldSchema, Status> {
    if params.is_some() {
        return Err(unsupported("field_index_params"));
    }
    let field_type = field_type.ok_or_else(|| bad_request("field_type is missing"))?;
    match pb::FieldType::try_from(field_type).map_err(|_| invalid_field("field_type", "unknown type"))? {
        pb::FieldType::Keyword => Ok(PayloadFieldSchema::FieldType(PayloadSchemaType::Keyword)),
        pb::FieldType::Integer => Ok(PayloadFieldSchema::FieldType(PayloadSchemaType::Integer)),
        other => Err(unsupported(format!("indexes of {}", other.as_str_name()))),
    }
}

/// An index as `Get` reports it: its type and the number of points that have the field.
pub(crate) fn to_message(info: PayloadIndexInfo) -> pb::PayloadSchemaInfo {
    let PayloadIndexInfo { data_type, params: _, points } = info;
    let data_type = match data_type {
        PayloadSchemaType::Keyword => pb::PayloadSchemaType::Keyword,
        PayloadSchemaType::Integer => pb::PayloadSchemaType::Integer,
        // None is made here.
        _ => pb::PayloadSchemaType::UnknownType,
    };
    pb::PayloadSchemaInfo { data_type: data_type.into(), params: None, points: Some(points as u64) }
}
