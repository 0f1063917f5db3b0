//! What a search found, as an answer lists it.

use antigravity_proto::types::{Hit, Source};

/// The sources by falling similarity. The fused ranking chose them and has done its work: its score is no similarity and isn't shown. Equal
/// similarities are ordered by id, so that the same archive always gives the same list.
pub(crate) fn sources(hits: &[Hit]) -> Vec<Source> {
    let mut sources: Vec<Source> = hits.iter().filter_map(source).collect();
    sources.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then_with(|| a.id.cmp(&b.id)));
    sources
}

fn source(hit: &Hit) -> Option<Source> {
    let preprint = hit.preprint.as_ref()?;
    Some(Source {
        id: preprint.id.clone(),
        source_id: preprint.source_id.clone(),
        title: preprint.title.clone(),
        primary_category: preprint.primary_category.clone(),
        authors: preprint.authors.clone(),
        date: preprint.date.clone(),
        date_precision: preprint.date_precision,
        url: preprint.url.clone(),
        text_origin: preprint.text_origin,
        similarity: hit.similarity,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::types::Preprint;

    #[test]
    fn falling_similarity_then_id_and_never_the_rank_score() {
        let hit = |id: &str, similarity, rank_score| Hit {
            preprint: Some(Preprint { id: id.into(), ..Default::default() }),
            similarity,
            rank_score,
            ..Default::default()
        };
        let hits = [hit("AG-2024.01-300", 0.4, 0.9), hit("AG-2024.01-200", 0.7, 0.8), hit("AG-2024.01-100", 0.4, 0.7)];
        let listed: Vec<(String, f64)> = sources(&hits).into_iter().map(|source| (source.id, source.similarity)).collect();
        let expected = [("AG-2024.01-200", 0.7), ("AG-2024.01-100", 0.4), ("AG-2024.01-300", 0.4)].map(|(id, s)| (id.to_owned(), s));
        assert_eq!(listed, expected);
    }
}
