//! A retriever and an answerer that answer at once, with messages as large as real ones.

use antigravity_proto::answerer::v1::answerer_service_server::{AnswererService, AnswererServiceServer};
use antigravity_proto::answerer::v1::compose_response::Event;
use antigravity_proto::answerer::v1::*;
use antigravity_proto::retriever::v1::retriever_service_server::{RetrieverService, RetrieverServiceServer};
use antigravity_proto::retriever::v1::*;
use antigravity_proto::types::*;
use antigravity_tests::records;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};

/// As many sources as an answer has by default, and as many sentences as it may have.
const SOURCES: usize = 8;
const SENTENCES: usize = 12;

type Reply<T> = Result<Response<T>, Status>;

pub(crate) fn retriever() -> Routes {
    Routes::new(RetrieverServiceServer::new(Retriever { found: found() }))
}

pub(crate) fn answerer() -> Routes {
    Routes::new(AnswererServiceServer::new(Answerer { events: events() }))
}

/// A collector that forgets what it is sent.
pub(crate) fn collector() -> Routes {
    Routes::new(TraceServiceServer::new(Collector))
}

struct Retriever {
    found: QueryResult,
}

struct Answerer {
    events: Vec<ComposeResponse>,
}

struct Collector;

/// The first preprints of the sample that have an abstract, each with all its sentences.
fn found() -> QueryResult {
    let records = records::sample().into_iter().filter(|record| !record.abstract_text.is_empty()).take(SOURCES);
    let hits = records.enumerate().map(|(number, record)| {
        let spans = antigravity_text::sentences(&record.abstract_text);
        let span = |span: &std::ops::Range<usize>| ByteSpan { start: span.start as u32, end: span.end as u32 };
        let sentences = spans.iter().map(|range| SentenceMatch { span: Some(span(range)), similarity: 0.5 }).collect();
        let preprint = Preprint {
            id: format!("AG-2026.03-{number:04}"),
            source_id: format!("arXiv:{}", record.source_id),
            title: record.title,
            abstract_text: record.abstract_text,
            text_origin: record.text_origin,
            authors: record.authors,
            primary_category: record.primary_category,
            categories: record.categories,
            date: record.date,
            date_precision: record.date_precision,
            url: format!("https://arxiv.org/abs/{}", record.source_id),
            ..Default::default()
        };
        let similarity = 0.9 - 0.05 * number as f64;
        Hit { preprint: Some(preprint), similarity, rank_score: similarity, title_similarity: similarity, sentences }
    });
    let term_weights =
        ["neural", "network", "rare", "signal"].map(|stem| TermWeight { stem: stem.into(), surface: stem.into(), weight: 2.0 });
    QueryResult { hits: hits.collect(), term_weights: term_weights.into() }
}

/// Coverage, a sentence of each source in turn with its citation, and what stands at the end.
fn events() -> Vec<ComposeResponse> {
    let full = Coverage { level: CoverageLevel::Full.into(), ..Default::default() };
    let sources: Vec<Preprint> = found().hits.into_iter().filter_map(|hit| hit.preprint).collect();
    let mut length = 0;
    let blocks = sources.iter().cycle().take(SENTENCES).map(|source| {
        let spans = antigravity_text::sentences(&source.abstract_text);
        let sentence = source.abstract_text[spans[0].clone()].to_owned();
        let text = format!("{} [{}].", sentence.trim_end_matches('.'), source.id);
        let span = ByteSpan { start: length, end: length + text.len() as u32 };
        length = span.end + 1;
        let evidence = Evidence { preprint_id: source.id.clone(), text: sentence, span: None, text_origin: source.text_origin };
        let claim = Claim {
            span: Some(span),
            text: text.clone(),
            verdict: Verdict::Supported.into(),
            reason: VerdictReason::WordsAndNumbersFound.into(),
            cited_ids: vec![source.id.clone()],
            evidence: vec![evidence],
        };
        Event::Block(Block { markdown: format!("{text} "), claims: vec![claim] })
    });
    let candidates = [
        (FollowUpKind::Mechanism, "Why does the topology of the data matter for anomaly detection?"),
        (FollowUpKind::Limit, "Where does background estimation break down in practice?"),
        (FollowUpKind::Test, "Can anomaly scores be calibrated reliably on real data?"),
    ];
    let composition = Composition {
        coverage: Some(full.clone()),
        follow_up_candidates: candidates.map(|(kind, question)| FollowUp { question: question.into(), kind: kind.into() }).into(),
        model: Some(Model { name: "scripted".into(), ..Default::default() }),
        answered_by: "a script".into(),
        prompt_version: "1".into(),
        ..Default::default()
    };
    let events = [Event::Coverage(full)].into_iter().chain(blocks.collect::<Vec<_>>()).chain([Event::Composition(composition)]);
    events.map(|event| ComposeResponse { event: Some(event) }).collect()
}

#[tonic::async_trait]
impl AnswererService for Answerer {
    type ComposeStream = BoxStream<'static, Result<ComposeResponse, Status>>;

    async fn compose(&self, _: Request<ComposeRequest>) -> Reply<Self::ComposeStream> {
        Ok(Response::new(stream::iter(self.events.clone()).map(Ok).boxed()))
    }

    async fn assess_coverage(&self, request: Request<AssessCoverageRequest>) -> Reply<AssessCoverageResponse> {
        let full = Coverage { level: CoverageLevel::Full.into(), ..Default::default() };
        Ok(Response::new(AssessCoverageResponse { coverages: request.get_ref().questions.iter().map(|_| full.clone()).collect() }))
    }

    async fn check_grounding(&self, _: Request<CheckGroundingRequest>) -> Reply<CheckGroundingResponse> {
        unscripted()
    }

    async fn list_models(&self, _: Request<ListModelsRequest>) -> Reply<ListModelsResponse> {
        unscripted()
    }
}

#[tonic::async_trait]
impl RetrieverService for Retriever {
    type IndexPreprintsStream = BoxStream<'static, Result<IndexPreprintsResponse, Status>>;
    type ExportPreprintsStream = BoxStream<'static, Result<ExportPreprintsResponse, Status>>;

    async fn search(&self, request: Request<SearchRequest>) -> Reply<SearchResponse> {
        let results = request.get_ref().queries.iter().map(|_| self.found.clone()).collect();
        let (archive, archive_revision) = ("preprints".into(), "1".into());
        Ok(Response::new(SearchResponse { results, archive, archive_revision, embedding_model: "scripted".into(), ..Default::default() }))
    }

    async fn get_preprints(&self, _: Request<GetPreprintsRequest>) -> Reply<GetPreprintsResponse> {
        unscripted()
    }

    async fn index_preprints(&self, _: Request<Streaming<IndexPreprintsRequest>>) -> Reply<Self::IndexPreprintsStream> {
        unscripted()
    }

    async fn delete_preprints(&self, _: Request<DeletePreprintsRequest>) -> Reply<DeletePreprintsResponse> {
        unscripted()
    }

    async fn export_preprints(&self, _: Request<ExportPreprintsRequest>) -> Reply<Self::ExportPreprintsStream> {
        unscripted()
    }

    async fn describe_archive(&self, _: Request<DescribeArchiveRequest>) -> Reply<DescribeArchiveResponse> {
        unscripted()
    }

    async fn list_archives(&self, _: Request<ListArchivesRequest>) -> Reply<ListArchivesResponse> {
        unscripted()
    }

    async fn verify_archive(&self, _: Request<VerifyArchiveRequest>) -> Reply<VerifyArchiveResponse> {
        unscripted()
    }

    async fn keep_answer(&self, _: Request<KeepAnswerRequest>) -> Reply<KeepAnswerResponse> {
        unscripted()
    }

    async fn get_answer(&self, _: Request<GetAnswerRequest>) -> Reply<GetAnswerResponse> {
        unscripted()
    }

    async fn list_answers(&self, _: Request<ListAnswersRequest>) -> Reply<ListAnswersResponse> {
        unscripted()
    }

    async fn delete_answers(&self, _: Request<DeleteAnswersRequest>) -> Reply<DeleteAnswersResponse> {
        unscripted()
    }

    async fn share_answer(&self, _: Request<ShareAnswerRequest>) -> Reply<ShareAnswerResponse> {
        unscripted()
    }
}

fn unscripted<T>() -> Reply<T> {
    Err(Status::unimplemented("the script has no reply"))
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(&self, _: Request<ExportTraceServiceRequest>) -> Reply<ExportTraceServiceResponse> {
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
