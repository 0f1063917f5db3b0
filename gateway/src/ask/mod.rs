//! The way of one question, once for unary and stream.
//!
//! ```text
//! validate → search → compose → check follow-ups → assemble → keep
//!               │         │                                     │
//!            sources   coverage, block…, restarted            answer
//! ```
//!
//! Where answers are kept, a request that comes again, or allows it, gets a kept answer instead: validate → sources, coverage, block, answer.
//!
//! `AskStream` sends these events as they come, `Ask` waits for the last of them: so both end in the same answer by construction.

mod assemble;
mod candidates;
mod compose;
mod conversation;
mod events;
mod follow_ups;
mod kept;
mod repeats;
mod same;
mod search;
mod validate;

use std::time::Instant;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, Sources};
use antigravity_proto::types::Answer;
use futures_util::TryStreamExt;
use tonic::Status;

use self::events::{Emitter, Events};
use self::kept::Keeping;
pub(crate) use self::repeats::Repeats;
use self::validate::Ask;
pub(crate) use self::validate::TURNS_MAX;
use crate::request::Fields;
use crate::{Gateway, deadlines, measured, models};

/// The composer that asks no model: answered also when a tenant has used up its tokens.
const WITHOUT_TOKENS: &str = "extractive";

/// The events of a question's answer. Nothing happens before the first is asked for; dropping the stream ends all that is under way.
pub(crate) fn events(gateway: Gateway, context: CallContext, fields: Fields, request: AskRequest) -> Events {
    Events::of(move |emitter| answer(gateway, deadlines::for_peers(context), fields, request, emitter))
}

/// The answer at the end of the events.
pub(crate) async fn whole(mut events: Events) -> Result<Answer, Status> {
    while let Some(event) = events.try_next().await? {
        if let Event::Answer(answer) = event {
            return Ok(answer);
        }
    }
    Err(status::internal("the events of an answer ended without the answer"))
}

async fn answer(gateway: Gateway, context: CallContext, fields: Fields, request: AskRequest, events: Emitter) -> Result<Answer, Status> {
    let started = Instant::now();
    let peers = &gateway.peers;

    let ask = Ask::validate(fields, request)?.of_archive(|requested| gateway.archive(requested));
    let keeping = Keeping::of(&gateway, &ask);
    let _turn = match keeping.as_ref().and_then(Keeping::request_id) {
        Some(id) => Some(gateway.repeats.turn(context.caller.tenant(), id).await),
        None => None,
    };
    if let Some(keeping) = &keeping
        && let Some(answer) = keeping.repeated(peers, &context, fields).await?
    {
        return Ok(kept::served(answer, started, &events).await);
    }
    models::check(peers, &context, fields, &ask.model).await?;
    if let Some(keeping) = &keeping
        && let Some(answer) = keeping.reusable(peers, &context).await
    {
        return Ok(kept::served(answer, started, &events).await);
    }
    if ask.model != WITHOUT_TOKENS {
        context.caller.has_tokens()?;
    }

    let found = search::search(peers, &context, &ask).await?;
    events.send(Event::Sources(Sources { sources: found.sources.clone() })).await;

    let composed = compose::compose(peers, &context, &ask, &found, &events).await?;
    if let Some(usage) = &composed.composition.usage {
        context.caller.spend_tokens(u64::from(usage.input_tokens) + u64::from(usage.output_tokens));
    }
    let follow_ups = follow_ups::check(peers, &context, &ask, &composed.composition.follow_up_candidates).await;

    let mut answer = assemble::assemble(ask, found, composed, follow_ups, started.elapsed());
    if let Some(keeping) = keeping {
        keeping.keep(peers, &context, &mut answer).await;
    }
    measured::answer(&answer);
    Ok(answer)
}
