//! The protocol's side of the tools: lists them, calls them, reports progress, and stops when the caller does.

use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::status;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{
    AskRequest, AskStreamRequest, CheckGroundingRequest, GetAnswerRequest, GetPreprintRequest, SearchRequest,
};
use antigravity_proto::json::to_json;
use antigravity_proto::types::Answer;
use prost::{Message, Name};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, ListToolsResult,
    PaginatedRequestParams, ProgressNotificationParam, ProgressToken, ServerCapabilities, ServerConfig, Tool as Described,
};
use rmcp::service::RequestContext;
use rmcp::{Peer, RoleServer, ServerHandler};
use tonic::Status;

use super::tools::Tool;
use super::{Client, text};
use crate::access;
use crate::http::{read_json, status_message};

/// How long a call on standard input may take; over HTTP the call's own deadline rules.
const DEADLINE: Duration = Duration::from_secs(120);

const INSTRUCTIONS: &str = "Tools over an archive of scientific preprints. Use `ask` for questions and keep its [AG-…] citations when you pass \
    an answer on; look at `coverage` before you rely on it. Use `search_preprints` and `get_preprint` to read for yourself, and `check_grounding` to \
    have a text of your own checked.";

/// Serves the tools.
#[derive(Clone)]
pub(super) struct McpServer {
    client: Client,
    /// The archive of calls that name none. Empty: the gateway's own.
    archive: String,
}

impl McpServer {
    pub(super) fn new(client: Client, archive: String) -> Self {
        Self { client, archive }
    }

    fn archive(&self, named: String) -> String {
        if named.is_empty() { self.archive.clone() } else { named }
    }

    async fn call(&self, tool: Tool, arguments: &str, context: &RequestContext<RoleServer>) -> Result<CallToolResult, Status> {
        let call = call_context(context)?;
        // The path of a call to `/mcp` doesn't say which tool it is for; and what is called below stands behind the guard.
        call.caller.may(access::need(tool.method()).ok_or_else(|| status::internal("a tool without a method"))?)?;
        let mut client = self.client.clone();
        match tool {
            Tool::Ask => {
                let mut request: AskRequest = read_json(arguments)?;
                request.archive = self.archive(request.archive);
                let answer = ask(client, &call, request, context).await?;
                done(text::answer(&answer), &answer)
            }
            Tool::SearchPreprints => {
                let mut request: SearchRequest = read_json(arguments)?;
                request.archive = self.archive(request.archive);
                let found = client.search(call.request(request)).await?.into_inner();
                done(text::sources(&found.sources), &found)
            }
            Tool::GetPreprint => {
                let mut request: GetPreprintRequest = read_json(arguments)?;
                request.archive = self.archive(request.archive);
                let reply = client.get_preprint(call.request(request)).await?.into_inner();
                let preprint = reply.preprint.ok_or_else(|| status::internal("there is no preprint in the reply"))?;
                done(text::preprint(&preprint), &preprint)
            }
            Tool::CheckGrounding => {
                let mut request: CheckGroundingRequest = read_json(arguments)?;
                request.archive = self.archive(request.archive);
                let checked = client.check_grounding(call.request(request)).await?.into_inner();
                done(text::checked(&checked), &checked)
            }
            Tool::GetAnswer => {
                let request: GetAnswerRequest = read_json(arguments)?;
                let reply = client.get_answer(call.request(request)).await?.into_inner();
                let answer = reply.answer.ok_or_else(|| status::internal("there is no answer in the reply"))?;
                done(text::answer(&answer), &answer)
            }
        }
    }
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_instructions(INSTRUCTIONS);
        info.server_info = Implementation::new("antigravity", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(Tool::all_described().to_vec()))
    }

    fn get_tool(&self, name: &str) -> Option<Described> {
        Tool::all_described().iter().find(|tool| tool.name == name).cloned()
    }

    /// A tool that fails says so in its result, which the model reads; an error of the protocol would be for its client alone.
    async fn call_tool(&self, request: CallToolRequestParams, context: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = Tool::named(&request.name) else {
            let names = Tool::ALL.map(Tool::name).join(", ");
            return Err(ErrorData::invalid_params(format!("no tool is called `{}`; there are: {names}", request.name), None));
        };
        let arguments = serde_json::Value::Object(request.arguments.unwrap_or_default()).to_string();
        let result = tokio::select! {
            result = Box::pin(self.call(tool, &arguments, &context)) => result,
            () = context.ct.cancelled() => Err(Status::cancelled("the caller has cancelled the call")),
        };
        Ok(result.unwrap_or_else(|status| CallToolResult::error(vec![ContentBlock::text(status_message(&status))])).into())
    }
}

/// The context of the HTTP request that the call came with. On standard input there is none, and the call begins here.
fn call_context(context: &RequestContext<RoleServer>) -> Result<CallContext, Status> {
    match context.extensions.get::<http::request::Parts>() {
        Some(parts) => parts.extensions.get().cloned().ok_or_else(|| status::internal("a request that passed no guard")),
        None => Ok(CallContext::root().with_deadline(Deadline::within(DEADLINE))),
    }
}

/// Text for who reads, and the same as data, which the output schema describes.
fn done<M: Message + Name>(text: String, message: &M) -> Result<CallToolResult, Status> {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(to_json(message).map_err(status::internal)?);
    Ok(result)
}

async fn ask(mut client: Client, call: &CallContext, request: AskRequest, context: &RequestContext<RoleServer>) -> Result<Answer, Status> {
    let mut progress = Progress { token: context.meta.get_progress_token(), peer: &context.peer, steps: 0 };
    let mut events = client.ask_stream(call.request(AskStreamRequest { ask: Some(request) })).await?.into_inner();
    while let Some(message) = events.message().await? {
        match message.event {
            Some(Event::Sources(sources)) => progress.tell(format!("{} preprints found", sources.sources.len())).await,
            Some(Event::Coverage(coverage)) => progress.tell(text::coverage(&coverage)).await,
            Some(Event::Block(block)) => progress.tell(block.markdown).await,
            Some(Event::Restarted(restarted)) => progress.tell(format!("starting again: {}", restarted.reason)).await,
            Some(Event::Answer(answer)) => return Ok(answer),
            None => {}
        }
    }
    Err(status::internal("the events of an answer ended without the answer"))
}

/// Tells a caller that wants to know how far its answer is.
struct Progress<'a> {
    token: Option<ProgressToken>,
    peer: &'a Peer<RoleServer>,
    steps: u32,
}

impl Progress<'_> {
    async fn tell(&mut self, message: String) {
        let Some(token) = &self.token else { return };
        self.steps += 1;
        let progress = ProgressNotificationParam::new(token.clone(), f64::from(self.steps)).with_message(message);
        // A caller that can't be told is gone, and the call is about to be cancelled.
        let _ = self.peer.notify_progress(progress).await;
    }
}
