//! Preprints in: read and check each record ([`read`]) → give each its AG id and see what is new ([`identity`]) → embed what has no vectors
//! yet and write ([`batch`]).

mod batch;
mod identity;
mod read;

pub(crate) use batch::take_in;
