//! Payload indexes: which kind to make for a field, and how one is reported.

#![expect(deprecated, reason = "`on_disk` is what clients older than 1.19 send for `memory`")]

use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::{self as pb, stemming_algorithm::StemmingParams};
use qdrant_edge::{
    BoolIndexParams, DatetimeIndexParams, DisabledStemmerParams, FloatIndexParams, GeoIndexParams, IntegerIndexParams, JsonPath,
    KeywordIndexParams, NoStemmer, PayloadFieldSchema, PayloadIndexInfo, PayloadSchemaParams, PayloadSchemaType, Snowball, SnowballParams,
    StemmingAlgorithm, StopwordsInterface, StopwordsSet, TextIndexParams, TextScoringParams, TokenizerType, UuidIndexParams,
};
use serde::de::DeserializeOwned;
use tonic::Status;

use super::config::resident;
use super::payload::path;
use crate::error::{bad_request, invalid_field};

/// What kind of index to make: by parameters, or by type alone.
pub(crate) fn from_message(field_type: Option<i32>, params: Option<pb::PayloadIndexParams>) -> Result<PayloadFieldSchema, Status> {
    if let Some(params) = params.and_then(|params| params.index_params) {
        return with_params(params).map(PayloadFieldSchema::FieldParams);
    }
    let field_type = field_type.ok_or_else(|| bad_request("field_type is missing"))?;
    let data_type = match pb::FieldType::try_from(field_type).map_err(|_| invalid_field("field_type", "unknown type"))? {
        pb::FieldType::Keyword => PayloadSchemaType::Keyword,
        pb::FieldType::Integer => PayloadSchemaType::Integer,
        pb::FieldType::Float => PayloadSchemaType::Float,
        pb::FieldType::Geo => PayloadSchemaType::Geo,
        pb::FieldType::Text => PayloadSchemaType::Text,
        pb::FieldType::Bool => PayloadSchemaType::Bool,
        pb::FieldType::Datetime => PayloadSchemaType::Datetime,
        pb::FieldType::Uuid => PayloadSchemaType::Uuid,
    };
    Ok(PayloadFieldSchema::FieldType(data_type))
}

/// An index as `Get` reports it: its type and the number of points that have the field. The parameters are not reported.
pub(crate) fn to_message(info: PayloadIndexInfo) -> pb::PayloadSchemaInfo {
    let PayloadIndexInfo { data_type, params: _, points } = info;
    let data_type = match data_type {
        PayloadSchemaType::Keyword => pb::PayloadSchemaType::Keyword,
        PayloadSchemaType::Integer => pb::PayloadSchemaType::Integer,
        PayloadSchemaType::Float => pb::PayloadSchemaType::Float,
        PayloadSchemaType::Geo => pb::PayloadSchemaType::Geo,
        PayloadSchemaType::Text => pb::PayloadSchemaType::Text,
        PayloadSchemaType::Bool => pb::PayloadSchemaType::Bool,
        PayloadSchemaType::Datetime => pb::PayloadSchemaType::Datetime,
        PayloadSchemaType::Uuid => pb::PayloadSchemaType::Uuid,
    };
    pb::PayloadSchemaInfo { data_type: data_type.into(), params: None, points: Some(points as u64) }
}

fn with_params(params: IndexParams) -> Result<PayloadSchemaParams, Status> {
    Ok(match params {
        IndexParams::KeywordIndexParams(pb::KeywordIndexParams { is_tenant, on_disk, enable_hnsw, prefix, memory, nested }) => {
            PayloadSchemaParams::Keyword(KeywordIndexParams {
                is_tenant,
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                prefix: prefix.map(|pb::KeywordPrefixParams {}| true),
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::IntegerIndexParams(pb::IntegerIndexParams { lookup, range, is_principal, on_disk, enable_hnsw, memory, nested }) => {
            if lookup == Some(false) && range == Some(false) {
                return Err(bad_request("the 'lookup' and 'range' capabilities can't be both disabled"));
            }
            PayloadSchemaParams::Integer(IntegerIndexParams {
                lookup,
                range,
                is_principal,
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::FloatIndexParams(pb::FloatIndexParams { on_disk, is_principal, enable_hnsw, memory, nested }) => {
            PayloadSchemaParams::Float(FloatIndexParams {
                is_principal,
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::GeoIndexParams(pb::GeoIndexParams { on_disk, enable_hnsw, memory, nested }) => {
            PayloadSchemaParams::Geo(GeoIndexParams {
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::TextIndexParams(text) => PayloadSchemaParams::Text(text_params(text)?),
        IndexParams::BoolIndexParams(pb::BoolIndexParams { on_disk, enable_hnsw, memory, nested }) => {
            PayloadSchemaParams::Bool(BoolIndexParams {
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::DatetimeIndexParams(pb::DatetimeIndexParams { on_disk, is_principal, enable_hnsw, memory, nested }) => {
            PayloadSchemaParams::Datetime(DatetimeIndexParams {
                is_principal,
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
        IndexParams::UuidIndexParams(pb::UuidIndexParams { is_tenant, on_disk, enable_hnsw, memory, nested }) => {
            PayloadSchemaParams::Uuid(UuidIndexParams {
                is_tenant,
                memory: resident(memory, on_disk)?,
                enable_hnsw,
                nested: array(nested)?,
                ..Default::default()
            })
        }
    })
}

fn text_params(text: pb::TextIndexParams) -> Result<TextIndexParams, Status> {
    let pb::TextIndexParams {
        tokenizer,
        lowercase,
        min_token_len,
        max_token_len,
        on_disk,
        stopwords,
        phrase_matching,
        stemmer,
        ascii_folding,
        enable_hnsw,
        memory,
        scoring,
        nested,
    } = text;
    if min_token_len.zip(max_token_len).is_some_and(|(min, max)| min > max) {
        return Err(bad_request("min_token_len can't be greater than max_token_len"));
    }
    let tokenizer = match pb::TokenizerType::try_from(tokenizer) {
        Ok(pb::TokenizerType::Prefix) => TokenizerType::Prefix,
        Ok(pb::TokenizerType::Whitespace) => TokenizerType::Whitespace,
        Ok(pb::TokenizerType::Word) => TokenizerType::Word,
        Ok(pb::TokenizerType::Multilingual) => TokenizerType::Multilingual,
        Ok(pb::TokenizerType::Code) => TokenizerType::Code,
        Ok(pb::TokenizerType::Unknown) | Err(_) => return Err(invalid_field("tokenizer", "unknown tokenizer")),
    };
    Ok(TextIndexParams {
        tokenizer,
        min_token_len: min_token_len.map(|length| length as usize),
        max_token_len: max_token_len.map(|length| length as usize),
        lowercase,
        ascii_folding,
        phrase_matching,
        stopwords: stopwords.map(stopword_set).transpose()?,
        memory: resident(memory, on_disk)?,
        stemmer: stemmer.and_then(|stemmer| stemmer.stemming_params).map(stemming).transpose()?,
        enable_hnsw,
        scoring: scoring.map(|_| TextScoringParams::default()),
        nested: array(nested)?,
        ..Default::default()
    })
}

fn stopword_set(set: pb::StopwordsSet) -> Result<StopwordsInterface, Status> {
    let pb::StopwordsSet { languages, custom } = set;
    Ok(StopwordsInterface::Set(StopwordsSet {
        languages: Some(languages.into_iter().map(by_name).collect::<Result<_, _>>()?),
        custom: Some(custom.into_iter().collect()),
    }))
}

fn stemming(params: StemmingParams) -> Result<StemmingAlgorithm, Status> {
    Ok(match params {
        StemmingParams::Snowball(pb::SnowballParams { language }) => {
            StemmingAlgorithm::Snowball(SnowballParams { r#type: Snowball::Snowball, language: by_name(language)? })
        }
        StemmingParams::Disabled(pb::DisabledStemmer {}) => StemmingAlgorithm::Disabled(DisabledStemmerParams { r#type: NoStemmer::None }),
    })
}

/// A language by the name or code that the engine's JSON form takes.
fn by_name<T: DeserializeOwned>(name: String) -> Result<T, Status> {
    serde_json::from_value(name.to_lowercase().into()).map_err(|_| bad_request(format!("unknown language `{name}`")))
}

fn array(nested: Option<String>) -> Result<Option<JsonPath>, Status> {
    nested.map(|nested| path(&nested)).transpose()
}
