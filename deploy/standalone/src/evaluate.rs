//! How good retrieval is, measured on a set of queries with judged documents.
//!
//! `corpus` and `set` read the folder, `measure` judges each ranking, `statistics` says how far the means can be trusted, `report` puts it
//! into words and numbers. All of it is pure but for reading files; indexing and searching are `command/evaluate.rs`.

mod corpus;
mod line;
mod measure;
mod qrels;
mod report;
mod set;
mod statistics;

pub(crate) use corpus::Corpus;
pub(crate) use line::SetError;
pub(crate) use report::{Found, Provenance, RANKINGS, Report};
pub(crate) use set::TestSet;
