//! What a command talks to: a gateway, in this process or elsewhere, behind the same client.

use std::time::Duration;

use antigravity_chassis::{
    call::CallContext,
    deadline::Deadline,
    options::Address,
    transport::{self, Peer, Transport},
};
use antigravity_proto::{
    gateway::v1::gateway_service_client::GatewayServiceClient, retriever::v1::retriever_service_client::RetrieverServiceClient,
};
use tonic::{Request, Status};

use crate::{failure::Failure, local::Local, options::Options};

/// Largest reply that is read: an answer with all its evidence has some 100 KiB.
const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;

/// A gateway.
pub(crate) struct Backend {
    transport: Transport,
    server: Option<Address>,
    local: Option<Local>,
}

impl Backend {
    /// Opens the data directory, or gets ready to talk to `--server`.
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        let (transport, local) = match &options.server {
            Some(address) => (remote(address, options), None),
            None => {
                let local = Box::pin(Local::open(options)).await?;
                (transport::in_process(local.routes()), Some(local))
            }
        };
        Ok(Self { transport, server: options.server.clone(), local })
    }

    /// A client of the gateway.
    pub(crate) fn client(&self) -> GatewayServiceClient<Transport> {
        GatewayServiceClient::new(self.transport()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    /// What a client of the gateway stands on.
    pub(crate) fn transport(&self) -> Transport {
        self.transport.clone()
    }

    /// A client of the retriever below the gateway. `None` when the gateway is elsewhere: it is all that can be reached there.
    pub(crate) fn retriever(&self) -> Option<RetrieverServiceClient<Transport>> {
        let local = self.local.as_ref()?;
        Some(RetrieverServiceClient::new(transport::in_process(local.retriever_routes())))
    }

    /// A failed call, told with the address that was called.
    pub(crate) fn failed(&self, status: Status) -> Failure {
        Failure::Call { status: Box::new(status), server: self.server.clone() }
    }

    /// Lets go. What was opened here is written to disk and free for the next process.
    pub(crate) async fn close(self) {
        drop(self.transport);
        if let Some(local) = self.local {
            local.close().await;
        }
    }
}

/// A gateway elsewhere, shown the key if there is one.
fn remote(address: &Address, options: &Options) -> Transport {
    let gateway = transport::remote_over(&options.tls, address, Peer::Gateway);
    match &options.key {
        Some(key) => transport::with_key(gateway, key),
        None => gateway,
    }
}

/// A request that begins a trace, with a time limit so that nothing hangs on a server that doesn't answer.
pub(crate) fn request<T>(message: T, limit: Duration) -> Request<T> {
    CallContext::root().with_deadline(Deadline::within(limit)).request(message)
}
