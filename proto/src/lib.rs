//! The contract of Antigravity Q&A: messages, clients and servers generated from `proto/antigravityqa/**.proto`, the descriptor set, the
//! service configuration for clients, and proto3 JSON.

pub mod json;
mod verdict;

pub use r#type::v1 as types;

/// What several services share, package `antigravityqa.type`.
pub mod r#type {
    /// Version 1.
    #[allow(
        missing_docs,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated; the .proto files are the documentation"
    )]
    pub mod v1 {
        tonic::include_proto!("antigravityqa.r#type.v1");
    }
}

/// The public service, package `antigravityqa.gateway`.
pub mod gateway {
    /// Version 1.
    #[allow(
        missing_docs,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated; the .proto files are the documentation"
    )]
    pub mod v1 {
        tonic::include_proto!("antigravityqa.gateway.v1");
    }
}

/// The retriever, package `antigravityqa.retriever`.
pub mod retriever {
    /// Version 1.
    #[allow(
        missing_docs,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated; the .proto files are the documentation"
    )]
    pub mod v1 {
        tonic::include_proto!("antigravityqa.retriever.v1");
    }
}

/// The answerer, package `antigravityqa.answerer`.
pub mod answerer {
    /// Version 1.
    #[allow(
        missing_docs,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated; the .proto files are the documentation"
    )]
    pub mod v1 {
        tonic::include_proto!("antigravityqa.answerer.v1");
    }
}

/// Longest question, in characters (Unicode scalar values), as the contract states it. The embedding model reads far less of it.
pub const QUESTION_MAX: usize = 2_000;

/// The contract as an encoded `google.protobuf.FileDescriptorSet`, comments and imports included.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/antigravityqa.binpb"));

/// The service configuration that gRPC clients should use with the gateway: timeouts, and retries on UNAVAILABLE alone. Tonic ignores
/// service configurations: a Rust client has to do the same in code.
pub const SERVICE_CONFIG: &str = include_str!("../service_config.json");
