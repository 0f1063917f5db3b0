//! How rare a question's terms are in one archive, which goes along with the hits: counted in a sample of it, with the shipped table beside it, so that an archive of ten preprints
//! doesn't think a common word rare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_text::{Background, idf};

use super::weights::{RARITY_PRIOR, RARITY_SAMPLE};
use crate::archives::Archive;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::index::schema::SPARSE;
use crate::index::{Fetch, Fields, Index, point};
use crate::lexical::dimension;

/// How long counting anew, which nobody waits for, may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// In how many of the sampled preprints each term stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rarity {
    sampled: u32,
    /// Term's dimension → preprints.
    counts: HashMap<u32, u32>,
}

impl Rarity {
    /// ln(1 + N / (1 + df)), as the contract has it. N is always the table's 100,000 documents and df what an archive of that size would
    /// have: whoever judges by these weights shall not see an archive's size in them.
    pub(crate) fn weight(&self, stem: &str) -> f64 {
        let documents = Background::shipped().documents();
        // Far below 2^53; not negative.
        idf((self.share(stem) * documents as f64).round() as u64, documents)
    }

    /// The share of the archive's preprints that hold the term: of the sample and of the table together, as if the table were
    /// [`RARITY_PRIOR`] preprints more (the mean of the beta distribution).
    fn share(&self, stem: &str) -> f64 {
        let background = Background::shipped();
        let prior = background.document_frequency(stem) as f64 / (background.documents() as f64).max(1.0);
        let count = self.counts.get(&dimension(stem)).copied().unwrap_or_default();
        (f64::from(count) + RARITY_PRIOR * prior) / (f64::from(self.sampled) + RARITY_PRIOR)
    }

    fn count(&mut self, dimensions: &[u32]) {
        self.sampled += 1;
        dimensions.iter().for_each(|dimension| *self.counts.entry(*dimension).or_default() += 1);
    }
}

/// What is known of an archive's rarities.
#[derive(Debug, Default)]
pub(crate) struct KeptRarity {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Of which revision, once counted.
    counted: Option<(String, Arc<Rarity>)>,
    counting: bool,
}

impl KeptRarity {
    // Whole at every step: changed by single statements.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rarities of an archive that has this revision. The first search of an archive counts (some milliseconds), so that the same question
/// gets the same answer from then on; when the revision changed since, the present ones serve while a task in the background counts anew.
pub(super) async fn of(
    core: &Arc<Core>,
    call: &CallContext,
    archive: &Arc<Archive>,
    revision: &str,
) -> Result<Arc<Rarity>, RetrieverError> {
    let present = {
        let mut known = archive.rarity.lock();
        let present = known.counted.clone();
        match &present {
            Some((counted, rarity)) if counted == revision || known.counting => return Ok(rarity.clone()),
            Some(_) => known.counting = true,
            None => {}
        }
        present
    };
    let Some((_, rarity)) = present else {
        let rarity = Arc::new(sample(&core.index, call, &archive.collection).await?);
        archive.rarity.lock().counted = Some((revision.to_owned(), rarity.clone()));
        return Ok(rarity);
    };
    let index = core.index.clone();
    let (call, archive, revision) = (call.clone().with_deadline(Deadline::within(TIMEOUT)), archive.clone(), revision.to_owned());
    let recount = async move {
        let sampled = sample(&index, &call, &archive.collection).await;
        let mut known = archive.rarity.lock();
        known.counting = false;
        match sampled {
            Ok(rarity) => known.counted = Some((revision, Arc::new(rarity))),
            // The present ones serve on; the next search tries again.
            Err(error) => tracing::warn!(%error, archive = %archive.name, "counting an archive's terms failed"),
        }
    };
    drop(core.background.run(recount));
    Ok(rarity)
}

/// Counts the first points in the order of their ids. Those are hashes (UUIDv5), so that the first ones are as random a sample as any, and
/// the same one each time.
async fn sample(index: &Index, call: &CallContext, collection: &str) -> Result<Rarity, RetrieverError> {
    let fetch = Fetch { payload: Fields::None, vectors: &[SPARSE] };
    let (points, _) = index.scroll(call, collection, None, fetch, (RARITY_SAMPLE, None)).await?;
    let mut rarity = Rarity::default();
    points.into_iter().for_each(|found| rarity.count(&point::words(found.vectors.as_ref()).indices));
    Ok(rarity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(documents: u32, holding: u32, stem: &str) -> Rarity {
        let (mut rarity, held) = (Rarity::default(), [dimension(stem)]);
        (0..documents).for_each(|place| rarity.count(if place < holding { &held } else { &[] }));
        rarity
    }

    #[test]
    fn without_a_sample_the_table_alone_counts() {
        for stem in ["model", "axion", "hubbl", "qqqzzz"] {
            let (ours, table) = (Rarity::default().weight(stem), Background::shipped().weight(stem));
            assert!((ours - table).abs() < 1e-9, "{stem} {ours} {table}");
        }
    }

    /// In an archive about axions the word says little.
    #[test]
    fn a_term_that_half_of_the_archive_holds_is_common_there() {
        let table = Background::shipped().weight("axion");
        let common = counted(2_000, 1_000, "axion").weight("axion");
        assert!(common < 1.5 && common < table - 2.0, "{common} {table}");
        let absent = counted(2_000, 0, "axion").weight("axion");
        assert!(absent > table && absent < table + 2.0, "{absent} {table}");
    }

    #[test]
    fn ten_preprints_say_little() {
        let table = Background::shipped().weight("jet");
        let small = counted(10, 5, "jet").weight("jet");
        assert!((small - table).abs() < 1.0, "{small} {table}");
    }
}
