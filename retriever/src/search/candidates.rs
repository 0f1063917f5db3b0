//! Who comes into question: what Qdrant is asked for first, and its answers read. What a search doesn't say of those that another found,
//! [`scores`](super::scores) asks for.

use std::collections::BTreeMap;

use qdrant_client::qdrant as pb;

use super::aim::Aim;
use super::named::Title;
use super::query::Checked;
use super::scores::{dense, nearest, words};
use super::weights::{BY_AUTHOR, CANDIDATES, HNSW_EF, NAMED, NAMED_CANDIDATES};
use crate::error::RetrieverError;
use crate::index::{Fields, filter, point};

/// One request to Qdrant and what its hits are candidates for.
#[derive(Debug)]
pub(super) struct Request {
    /// Which of the aims.
    aim: usize,
    why: Why,
    pub(super) message: pb::QueryPoints,
}

/// Why a hit is a candidate.
#[derive(Debug)]
enum Why {
    /// It is near.
    Near,
    /// It shares words.
    Words,
    /// The question has its id.
    Id,
    /// The question has the name of one of its authors.
    Author,
    /// The question quotes what may be its title.
    Quoted(Title),
}

/// The requests of all aims, for one call.
pub(super) fn requests(queries: &[Checked], aims: &[Aim]) -> Vec<Request> {
    queries.iter().zip(aims).enumerate().flat_map(|(place, (query, aim))| of_one(place, query, aim)).collect()
}

fn of_one(place: usize, query: &Checked, aim: &Aim) -> Vec<Request> {
    let admitted = match &aim.without {
        Some(id) => Some(filter::without(query.filter.clone(), vec![id.clone()])),
        None => query.filter.clone(),
    };
    let request = |why, message| Request { aim: place, why, message };
    let near = |filter, limit| pb::QueryPoints {
        params: Some(pb::SearchParams { hnsw_ef: Some(HNSW_EF), ..Default::default() }),
        ..nearest(dense(&aim.dense), filter, limit)
    };
    let mut requests = vec![request(Why::Near, near(admitted.clone(), u64::from(CANDIDATES)))];
    let named = &aim.named;
    requests.extend(words(&aim.words).map(|words| request(Why::Words, nearest(words, admitted.clone(), u64::from(CANDIDATES)))));
    if !(named.points.is_empty() && named.ids.is_empty()) {
        let filter = filter::and(admitted.clone(), filter::any_id(named.points.clone(), named.ids.clone()));
        let limit = (named.points.len() + named.ids.len()) as u64;
        let message =
            pb::QueryPoints { filter: Some(filter), limit: Some(limit), with_payload: Some(Fields::None.selector()), ..Default::default() };
        requests.push(request(Why::Id, message));
    }
    if let Some(by) = filter::by_any_author(&named.authors) {
        requests.push(request(Why::Author, near(Some(filter::and(admitted.clone(), by)), NAMED_CANDIDATES)));
    }
    for title in &named.titles {
        let Some(words) = words(&crate::lexical::query(&title.text)) else { continue };
        let message = nearest(words, admitted.clone(), NAMED_CANDIDATES);
        let message = pb::QueryPoints { with_payload: Some(Fields::These(&["title"]).selector()), ..message };
        requests.push(request(Why::Quoted(title.clone()), message));
    }
    requests
}

/// What is read of a preprint that may have been quoted.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Titled {
    pub(super) title: String,
}

/// A candidate as the searches found it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// What it gets for being named.
    pub(super) named: f64,
    /// Its cosine, from who found it by that.
    pub(super) dense: Option<f64>,
    /// Its words' score, from who found it by that, or 0 from a search that found all that share a word.
    pub(super) words: Option<f64>,
}

/// The candidates of each aim by id, from the answers to [`requests`].
pub(super) fn read(
    aims: usize,
    requests: &[Request],
    answers: Vec<Vec<pb::ScoredPoint>>,
) -> Result<Vec<BTreeMap<String, Found>>, RetrieverError> {
    let mut candidates = vec![BTreeMap::<String, Found>::new(); aims];
    // Whether the words' search may have left out some that share a word; without one none does.
    let mut more_share_words = vec![false; aims];
    for (request, hits) in requests.iter().zip(answers) {
        let Some(of_aim) = candidates.get_mut(request.aim) else { continue };
        if let (Why::Words, Some(more)) = (&request.why, more_share_words.get_mut(request.aim)) {
            *more = hits.len() >= CANDIDATES as usize;
        }
        for hit in hits {
            let named = match &request.why {
                Why::Id => NAMED,
                Why::Author => BY_AUTHOR,
                Why::Near | Why::Words => 0.0,
                Why::Quoted(title) if title.is(&point::read::<Titled>(hit.payload)?.title) => NAMED,
                Why::Quoted(_) => continue,
            };
            let found = of_aim.entry(point::uuid_text(hit.id)?).or_default();
            found.named = found.named.max(named);
            match request.why {
                Why::Near | Why::Author => found.dense = Some(f64::from(hit.score)),
                Why::Words => found.words = Some(f64::from(hit.score)),
                Why::Id | Why::Quoted(_) => {}
            }
        }
    }
    for (of_aim, _) in candidates.iter_mut().zip(more_share_words).filter(|(_, more)| !more) {
        of_aim.values_mut().for_each(|found| found.words = found.words.or(Some(0.0)));
    }
    Ok(candidates)
}

#[cfg(test)]
mod tests {
    use antigravity_proto::retriever::v1::Ranking;

    use super::*;
    use crate::search::named;

    fn asked(text: &str) -> (Checked, Aim) {
        let query = Checked {
            text: text.into(),
            filter: Some(filter::with_ag_ids(vec!["AG-2026.03-1".into()])),
            limit: 8,
            near: None,
            ranking: Ranking::Fused,
        };
        let aim = Aim { dense: vec![1.0, 0.0], words: crate::lexical::query(text), named: named::read(text), ..Aim::default() };
        (query, aim)
    }

    fn requests_of(text: &str) -> Vec<Request> {
        let (query, aim) = asked(text);
        requests(&[query], &[aim])
    }

    fn point(id: &str, title: &str) -> pb::ScoredPoint {
        let payload = std::collections::HashMap::from([("title".to_owned(), title.to_owned().into())]);
        pb::ScoredPoint { id: Some(point::uuid(id.into())), payload, ..Default::default() }
    }

    #[test]
    fn a_plain_question_is_two_requests_and_one_without_words_is_one() {
        assert_eq!(requests_of("How robust are jet taggers?").len(), 2);
        assert_eq!(requests_of("what of it?").len(), 1);
    }

    /// A name finds only what the query's filter admits.
    #[test]
    fn every_request_keeps_to_the_filter() {
        let requests = requests_of("Is \"Anomaly detection with autoencoders\" by E. Noether, work by Ada Lovelace, or 2603.25794, right?");
        assert_eq!(requests.len(), 5);
        let admitted = filter::with_ag_ids(vec!["AG-2026.03-1".into()]).must;
        for request in &requests {
            assert!(request.message.filter.as_ref().unwrap().must.starts_with(&admitted));
        }
    }

    #[test]
    fn what_is_left_out_is_never_a_candidate() {
        let (query, mut aim) = asked("work by Ada Lovelace, 2603.25794");
        aim.without = Some("5f0e".into());
        let requests = requests(&[query], &[aim]);
        assert!(requests.iter().all(|request| request.message.filter.as_ref().unwrap().must_not.len() == 1));
    }

    #[test]
    fn a_name_counts_once_and_a_quotation_only_for_the_title_that_it_is() {
        let requests = requests_of("Is \"Anomaly detection with autoencoders\" like 2603.25794?");
        let hits = vec![
            vec![point("near", "")],
            vec![point("near", ""), point("words", "")],
            vec![point("near", "")],
            vec![point("title", "Anomaly Detection with Autoencoders"), point("other", "Anomaly detection for jets")],
        ];
        let found = read(1, &requests, hits).unwrap().remove(0);
        let named: Vec<(&str, f64)> = found.iter().map(|(id, found)| (id.as_str(), found.named)).collect();
        assert_eq!(named, [("near", NAMED), ("title", NAMED), ("words", 0.0)]);
    }

    #[test]
    fn what_a_search_has_said_is_known_of_those_that_it_found() {
        let requests = requests_of("What is in 2603.25794, work by Ada Lovelace?");
        assert!(matches!(
            requests.iter().map(|request| &request.why).collect::<Vec<_>>()[..],
            [Why::Near, Why::Words, Why::Id, Why::Author]
        ));
        let scored = |id: &str, score| pb::ScoredPoint { score, ..point(id, "") };
        let answers = |by_words: usize| {
            let words = (0..by_words).map(|place| scored(&format!("w{place:03}"), 7.5)).collect();
            vec![vec![scored("near", 0.5), scored("w000", 0.25)], words, vec![point("id", "")], vec![scored("author", 0.75)]]
        };
        // The last of the ids, of which only one found by words has them.
        for (by_words, without) in [(1, Some(0.0)), (CANDIDATES as usize, None)] {
            let found = read(1, &requests, answers(by_words)).unwrap().remove(0);
            let known = |id: &str| (found[id].dense, found[id].words);
            assert_eq!(known("near"), (Some(0.5), without), "{by_words}");
            assert_eq!(known("w000"), (Some(0.25), Some(7.5)));
            assert_eq!(known("id"), (None, without));
            assert_eq!(known("author"), (Some(0.75), without));
        }
        let wordless = requests_of("what of it?");
        let found = read(1, &wordless, vec![vec![scored("near", 0.5)]]).unwrap().remove(0);
        assert_eq!(found["near"].words, Some(0.0));
    }
}
