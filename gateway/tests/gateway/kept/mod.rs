//! Answers that are kept, found again, and given again.

mod again;
mod keeping;
mod tenants;

use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::answerer::v1::{Composition, ListModelsResponse};
use antigravity_proto::retriever::v1::{DescribeArchiveRequest, DescribeArchiveResponse};
use antigravity_proto::types::{Archive, Model};

use crate::fakes::*;

/// A model and an archive that stay as they are, and say so the same way whenever they are asked.
pub fn steady() -> Peers {
    let mut peers = Peers::new();
    let models = || ["haiku", "sonnet"].map(|name| model(name, name == "haiku")).to_vec();
    peers.answerer.list_models = replies(move |_| ListModelsResponse { models: models() });
    peers.answerer.composes(events(composed("haiku")));
    peers.retriever.describe_archive = replies(|_: DescribeArchiveRequest| DescribeArchiveResponse { archive: Some(archive("r1")) });
    peers
}

pub fn model(name: &str, default: bool) -> Model {
    Model { name: name.into(), prompt_version: "p1".into(), default, ..Default::default() }
}

/// The archive that `search_response` is of.
pub fn archive(revision: &str) -> Archive {
    Archive { name: "papers".into(), revision: revision.into(), embedding_model: "mini".into(), ..Default::default() }
}

pub fn composed(name: &str) -> Composition {
    Composition { model: Some(model(name, name == "haiku")), notices: Vec::new(), ..composition() }
}

pub fn events(composition: Composition) -> [Composing; 2] {
    [Composing::Block(block("Networks help [AG-2026.03-1712].")), Composing::Composition(composition)]
}

pub fn client(peers: Peers) -> Client {
    Client::new(peers.transport_with(keeping()))
}

/// How often a model was asked.
pub fn composes(seen: &Seen) -> usize {
    seen.methods().iter().filter(|method| **method == "Compose").count()
}
