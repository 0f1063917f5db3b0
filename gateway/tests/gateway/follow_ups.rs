//! Follow-ups are checked against the archive before they are offered.

use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::answerer::v1::{AssessCoverageRequest, AssessCoverageResponse, Composition};
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::types::{Answer, CoverageLevel, Filter, FollowUp, FollowUpKind, NoticeKind, Reason};

use crate::fakes::*;

async fn answered(peers: Peers, request: AskRequest) -> Answer {
    peers.client().ask(request).await.unwrap().into_inner().answer.unwrap()
}

fn questions(answer: &Answer) -> Vec<&str> {
    answer.follow_ups.iter().map(|follow_up| follow_up.question.as_str()).collect()
}

/// An answerer that proposes these, and finds each as far covered.
fn proposing(proposals: Vec<(FollowUp, CoverageLevel)>) -> Peers {
    let mut peers = Peers::new();
    let (follow_up_candidates, levels): (Vec<_>, Vec<_>) = proposals.into_iter().unzip();
    let composition = Composition { follow_up_candidates, ..composition() };
    peers.answerer.composes([Composing::Coverage(coverage(CoverageLevel::Full)), Composing::Composition(composition)]);
    peers.answerer.assess_coverage = replies(move |_| AssessCoverageResponse { coverages: levels.iter().copied().map(coverage).collect() });
    peers
}

#[tokio::test]
async fn only_what_the_archive_can_answer_is_offered() {
    use CoverageLevel::{Full, None, Partial, Related};
    let [mechanism, limit, test]: [FollowUp; 3] = candidates().try_into().unwrap();
    let second_limit = follow_up(FollowUpKind::Limit, "How far do simulated samples generalise?");
    for (proposals, expected, complete) in [
        (vec![(mechanism.clone(), Full), (limit.clone(), Partial), (test.clone(), Full)], vec![&mechanism, &limit, &test], true),
        (
            vec![(limit.clone(), Full), (second_limit.clone(), Full), (mechanism.clone(), Full), (test.clone(), Full)],
            vec![&limit, &mechanism, &test],
            true,
        ),
        (
            vec![(limit.clone(), Full), (second_limit.clone(), Full), (mechanism.clone(), Related), (test.clone(), Full)],
            vec![&limit, &second_limit, &test],
            true,
        ),
        (vec![(mechanism.clone(), Related), (limit.clone(), Full), (test.clone(), None)], vec![&limit], false),
        (vec![(mechanism.clone(), None), (limit.clone(), None), (test.clone(), None)], vec![], false),
        (vec![], vec![], false),
    ] {
        let answer = answered(proposing(proposals.clone()), asking()).await;
        assert_eq!(answer.follow_ups.iter().collect::<Vec<_>>(), expected, "{proposals:?}");
        assert_eq!(answer.follow_up_shortfall.is_empty(), complete, "{}", answer.follow_up_shortfall);
        assert!(answer.notices.iter().all(|notice| notice.kind() != NoticeKind::FollowUpsGivenUp));
    }
}

#[tokio::test]
async fn one_search_and_one_assessment_check_all_under_the_same_filter() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let filter = Filter { categories: vec!["hep-*".into()], ..Default::default() };
    answered(peers, AskRequest { archive: "lab".into(), filter: Some(filter.clone()), ..asking() }).await;
    let (searches, assessments) = (seen.searches(), seen.assessments());
    assert_eq!((searches.len(), assessments.len()), (2, 1));
    assert_eq!((searches[1].archive.as_str(), searches[1].queries.len()), ("lab", 3));
    assert!(searches[1].queries.iter().all(|query| query.filter.as_ref() == Some(&filter) && query.limit == 8));
    let asked: Vec<&str> = assessments[0].questions.iter().map(|question| question.question.as_str()).collect();
    assert_eq!(asked, candidates().iter().map(|candidate| candidate.question.as_str()).collect::<Vec<_>>());
}

#[tokio::test]
async fn more_are_checked_only_where_the_first_four_leave_a_kind_out() {
    use FollowUpKind::{Limit, Mechanism, Test};
    let questions = [
        "Do neutrinos oscillate?",
        "Where do jets overlap?",
        "Which bosons decay?",
        "Are axions seen?",
        "Is gravity quantum?",
        "Do quarks stick?",
    ];
    for (kinds, checked) in
        [([Mechanism, Limit, Test, Limit, Test, Test], vec![4]), ([Limit, Mechanism, Limit, Mechanism, Mechanism, Test], vec![4, 2])]
    {
        let proposals = kinds.into_iter().zip(questions).map(|(kind, question)| (follow_up(kind, question), CoverageLevel::Full));
        let mut peers = proposing(proposals.collect());
        peers.answerer.assess_coverage = replies(|request: AssessCoverageRequest| AssessCoverageResponse {
            coverages: request.questions.iter().map(|_| coverage(CoverageLevel::Full)).collect(),
        });
        let seen = peers.seen.clone();
        let answer = answered(peers, asking()).await;
        assert_eq!(seen.searches()[1..].iter().map(|search| search.queries.len()).collect::<Vec<_>>(), checked);
        assert_eq!(answer.follow_ups.len(), 3);
        assert!(answer.follow_ups.iter().any(|follow_up| follow_up.kind() == Test), "{:?}", answer.follow_ups);
    }
}

#[tokio::test]
async fn what_was_asked_before_is_not_offered_again() {
    let again = follow_up(FollowUpKind::Mechanism, "How do neural networks find the rare signals?");
    let earlier = follow_up(FollowUpKind::Limit, "Where does background estimation break down?");
    let new = follow_up(FollowUpKind::Test, "Can anomaly scores be calibrated reliably?");
    let full = CoverageLevel::Full;
    let previous_turns = vec![antigravity_proto::types::Turn { question: earlier.question.clone(), answer: String::new() }];
    let peers = proposing(vec![(again, full), (earlier, full), (new.clone(), full)]);
    // The assessment is of those that are left: one.
    let seen = peers.seen.clone();
    let mut peers = peers;
    peers.answerer.assess_coverage = replies(|_| AssessCoverageResponse { coverages: vec![coverage(CoverageLevel::Full)] });
    let answer = answered(peers, AskRequest { previous_turns, ..asking() }).await;
    assert_eq!(questions(&answer), [new.question.as_str()]);
    assert_eq!(seen.searches()[1].queries.len(), 1);
}

#[tokio::test]
async fn a_check_that_fails_costs_the_follow_ups_and_not_the_answer() {
    type Break = fn(&mut Peers);
    let search: Break = |peers| {
        peers.retriever.search = Box::new(|request| {
            let first = request.queries.len() == 1;
            let unavailable = Problem::new(Reason::IndexUnavailable, "no Qdrant");
            Box::pin(std::future::ready(if first { Ok(search_response(&request)) } else { Err(unavailable.into()) }))
        });
    };
    let assess: Break = |peers| peers.answerer.assess_coverage = fails(Problem::new(Reason::Overloaded, "too many calls"));
    let short_reply: Break = |peers| peers.answerer.assess_coverage = replies(|_| AssessCoverageResponse::default());
    for broken in [search, assess, short_reply] {
        let mut peers = Peers::new();
        broken(&mut peers);
        let answer = answered(peers, asking()).await;
        assert!(!answer.markdown.is_empty());
        assert!(answer.follow_ups.is_empty() && !answer.follow_up_shortfall.is_empty());
        assert_eq!(
            answer.notices.iter().map(|notice| notice.kind()).collect::<Vec<_>>(),
            [NoticeKind::ReplyCut, NoticeKind::FollowUpsGivenUp]
        );
    }
}
