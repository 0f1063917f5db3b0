//! Finding preprints: check the queries ([`query`]) → embed them ([`query_vectors`]), aim ([`aim`]) and read what they name ([`named`]) → ask Qdrant who comes
//! into question, all queries in one call ([`candidates`]) → have all of them scored by everything ([`scores`]) → fuse ([`fusion`]; or, for an evaluation, rank by one part
//! alone: [`ranking`]) → move
//! towards the first hits ([`feedback`]), score and fuse once more → read the hits with their sentences ([`evidence`]).
//!
//! The numbers of it all stand in [`weights`]; how rare a word is in the archive, [`rarity`] knows.

mod aim;
mod candidates;
mod evidence;
mod feedback;
mod fusion;
mod named;
pub(crate) mod query;
pub(crate) mod query_vectors;
mod ranking;
mod rarity;
mod run;
mod scores;
mod weights;

pub(crate) use rarity::KeptRarity;
pub(crate) use run::search;
pub(crate) use weights::{CANDIDATES, DENSE_WEIGHT, SENTENCES_WEIGHT, WORDS_WEIGHT};
