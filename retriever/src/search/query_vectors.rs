//! The vectors of questions. One that was asked a moment ago isn't embedded again: who clicks a follow-up asks what was embedded to check it, and who
//! narrows a search, reads on or asks what was searched for sends the same text once more. Embedding is the dearest part of a search: some 6 ms of 13.

use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use futures_util::future::try_join_all;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::query::Checked;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::measured::{self, Work};

/// What is kept takes at most so many bytes: about 1,200 questions with 384 dimensions.
const BYTES: u64 = 2 << 20;

/// What the vector of a usual question takes, with its key.
const USUAL: usize = 1_700;

/// The vectors of the questions that were asked last, each for the tenant that asked it: how soon an answer comes must tell nobody what another
/// one has asked.
pub(crate) struct QueryVectors(Cache<Asked, Arc<[f32]>, Bytes>);

/// A question as somebody asked it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Asked {
    tenant: String,
    text: String,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Asked, Arc<[f32]>> for Bytes {
    fn weight(&self, asked: &Asked, vector: &Arc<[f32]>) -> u64 {
        let bytes = size_of::<Asked>() + asked.tenant.len() + asked.text.len() + size_of_val::<[f32]>(vector);
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Default for QueryVectors {
    fn default() -> Self {
        Self(Cache::with_weighter(usize::try_from(BYTES).map_or(0, |bytes| bytes / USUAL), BYTES, Bytes))
    }
}

impl QueryVectors {
    /// The vectors of the texts; empty where there is no text. Those that must be embedded are queued at once, all of them, before the first is
    /// waited for.
    ///
    /// # Errors
    /// What embedding fails with. Nothing is kept of it.
    pub(crate) async fn of(
        &self,
        core: &Core,
        call: &CallContext,
        tenant: &str,
        queries: &[Checked],
    ) -> Result<Vec<Vec<f32>>, RetrieverError> {
        let embed = queries.iter().filter(|query| !query.text.is_empty());
        let asked: Vec<Asked> = embed.map(|query| Asked { tenant: tenant.to_owned(), text: query.text.clone() }).collect();
        let unknown = asked.iter().filter(|asked| self.0.peek(*asked).is_none()).count();
        let vectors = try_join_all(asked.iter().map(|asked| self.one(asked, || core.pool.embed_query(asked.text.clone()))));
        let vectors = if unknown == 0 {
            vectors.await?
        } else {
            let _span = measured::embedding_span(call, &core.model);
            measured::embedding(Work::Query, unknown, vectors).await?
        };
        let mut vectors = vectors.into_iter();
        let of = |query: &Checked| if query.text.is_empty() { None } else { vectors.next() };
        Ok(queries.iter().map(of).map(|vector| vector.map_or_else(Vec::new, |vector| vector.to_vec())).collect())
    }

    /// Embeds unless the vector is known. Of those who ask the same at once one embeds and the others wait; when that one goes away, the next does.
    async fn one<E: Into<RetrieverError>>(
        &self,
        asked: &Asked,
        embed: impl AsyncFnOnce() -> Result<Vec<f32>, E>,
    ) -> Result<Arc<[f32]>, RetrieverError> {
        self.0.get_or_insert_async(asked, async { Ok(embed().await.map_err(Into::into)?.into()) }).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use antigravity_embed::EmbedError;

    use super::*;

    fn asked(tenant: &str, text: &str) -> Asked {
        Asked { tenant: tenant.into(), text: text.into() }
    }

    #[tokio::test]
    async fn what_is_known_is_not_embedded_again_but_for_another_tenant() {
        let (kept, embedded) = (QueryVectors::default(), AtomicUsize::new(0));
        for (tenant, text, times) in [("a", "jets", 1), ("a", "jets", 1), ("b", "jets", 2), ("a", "jet", 3), ("b", "jets", 3)] {
            let embed = async || {
                embedded.fetch_add(1, Ordering::Relaxed);
                Ok::<_, EmbedError>(vec![1.0, 2.0])
            };
            assert_eq!(*kept.one(&asked(tenant, text), embed).await.unwrap(), [1.0, 2.0]);
            assert_eq!(embedded.load(Ordering::Relaxed), times, "{tenant} {text}");
        }
    }

    #[tokio::test]
    async fn what_fails_is_asked_again() {
        let (kept, jets) = (QueryVectors::default(), asked("a", "jets"));
        assert!(kept.one(&jets, async || Err(EmbedError::Stopped)).await.is_err());
        assert_eq!(*kept.one(&jets, async || Ok::<_, EmbedError>(vec![1.0])).await.unwrap(), [1.0]);
    }

    #[tokio::test]
    async fn who_goes_away_leaves_the_work_to_those_who_wait() {
        let (kept, jets) = (QueryVectors::default(), asked("a", "jets"));
        {
            let mut leaves = std::pin::pin!(kept.one(&jets, async || std::future::pending::<Result<Vec<f32>, EmbedError>>().await));
            assert!(futures_util::poll!(leaves.as_mut()).is_pending());
        }
        assert_eq!(*kept.one(&jets, async || Ok::<_, EmbedError>(vec![1.0])).await.unwrap(), [1.0]);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_was_said() {
        let kept = QueryVectors::default();
        for number in 0..3_000 {
            kept.one(&asked("a", &format!("question {number}")), async || Ok::<_, EmbedError>(vec![0.0; 384])).await.unwrap();
        }
        assert!(kept.0.weight() <= BYTES && kept.0.len() > 1_000, "{} bytes, {} questions", kept.0.weight(), kept.0.len());
    }
}
