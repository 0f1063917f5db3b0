//! How good the program is, measured on data with known answers. `statistics` says how far the figures can be trusted. All of it is pure but for reading
//! files; indexing and searching are `command/evaluate`.
//!
//! Retrieval, on a set of queries with judged documents: `corpus` and `set` read the folder, `measure` judges each ranking, `report` puts it into
//! words and numbers. Grounding, on claims whose support is known: `claims` reads them, `detection` measures, `grounding` reports. Citations of finished
//! answers: `citations`. Coverage, on questions of which it is known: `questions` reads them, `silence` reads the answers, `coverage` reports.
//! Questions to go on with: `follow_ups`.

mod citations;
mod claims;
mod corpus;
mod coverage;
mod detection;
mod follow_ups;
mod grounding;
mod line;
mod measure;
mod qrels;
mod questions;
mod report;
mod set;
mod silence;
mod statistics;

pub(crate) use citations::{CitationReport, FinishedAnswer};
pub(crate) use claims::ClaimSet;
pub(crate) use corpus::Corpus;
pub(crate) use coverage::{AnsweredBy, CoverageReport, lines as said_lines};
pub(crate) use follow_ups::{FollowUpReport, Offered, QuestionList, lines as offered_lines};
pub(crate) use grounding::{GroundingReport, judge, lines as verdict_lines};
pub(crate) use line::{SetError, for_each_line};
pub(crate) use questions::{LabelledQuestion, QuestionSet, Split};
pub(crate) use report::{Found, Provenance, RANKINGS, Report};
pub(crate) use set::TestSet;
pub(crate) use silence::Said;
