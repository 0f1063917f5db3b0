//! Messages to the engine's types and back, one file per subject. Each function takes the message apart by naming all of its fields, so that
//! a field that a new version of the contract brings doesn't compile until someone has decided about it.

pub(crate) mod config;
pub(crate) mod filter;
pub(crate) mod index_schema;
pub(crate) mod payload;
pub(crate) mod point_id;
pub(crate) mod query;
pub(crate) mod record;
pub(crate) mod scope;
pub(crate) mod scroll;
pub(crate) mod vector;
