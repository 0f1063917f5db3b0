//! Finding preprints: check the queries ([`query`]) → embed them and aim ([`aim`]) → ask Qdrant for the nearest and for those that share
//! words, all queries in one call ([`candidates`]) → fuse ([`fusion`], or one part alone: [`ranking`]) → read the hits with their sentences ([`evidence`]).

mod aim;
mod candidates;
mod evidence;
mod fusion;
pub(crate) mod query;
mod ranking;
mod run;

pub(crate) use candidates::CANDIDATES;
pub(crate) use fusion::DENSE_WEIGHT;
pub(crate) use run::search;
