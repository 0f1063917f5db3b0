//! Stands in front of every protocol: nothing gets past it that isn't allowed.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use antigravity_proto::types::Reason;
use http::{Method, Request, Response, request::Parts};
use jiff::Timestamp;
use tonic::{Status, body::Body};
use tower::util::{BoxCloneSyncService, ServiceExt as _};

use super::{
    Access, Kind,
    caller::{Caller, Need},
    credential::Credential,
    keys::Keys,
    proxy::Proxy,
    quota::{InFlight, Standing},
    session,
};
use crate::{
    admission::{QUOTA, count_refused, held},
    call::RequestId,
    metrics::{Logged, Who},
    server::Guard,
    status::Problem,
    tls::ConnectInfo,
};

/// Which call needs what, by its method and path.
pub type Policy = fn(&Method, &str) -> Need;

impl Access {
    /// The guard that decides by this, and by what each call needs.
    pub fn guard(self, policy: Policy) -> Guard {
        let access = Arc::new(self);
        Guard::new(move |inner| {
            let access = access.clone();
            BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
                let (access, inner) = (access.clone(), inner.clone());
                async move {
                    let (mut head, body) = request.into_parts();
                    let admitted = match access.admit(policy, &head).await {
                        Ok(admitted) => admitted,
                        Err(problem) => return Ok::<_, Infallible>(Status::from(problem).into_http()),
                    };
                    head.extensions.insert(admitted.caller);
                    let response = inner.oneshot(Request::from_parts(head, body)).await?;
                    Ok(match admitted.counted {
                        Some((in_flight, standing)) => held(told(response, standing), in_flight),
                        None => response,
                    })
                }
            }))
        })
    }

    /// Who calls, if they may.
    async fn admit(&self, policy: Policy, request: &Parts) -> Result<Admitted, Problem> {
        let need = policy(&request.method, request.uri.path());
        if need == Need::Nothing {
            return Ok(Admitted { caller: Caller::everybody(), counted: None });
        }
        let (caller, keys) = match &self.kind {
            Kind::Open(hosts) if hosts.accept(request) => (Caller::everybody(), None),
            Kind::Open(_) => return Err(foreign_host()),
            Kind::Closed { keys, proxy } => {
                let keys = match keys {
                    Some(file) => Some(file.present().await),
                    None => None,
                };
                (known(keys.as_deref(), proxy.as_deref(), request)?, keys)
            }
        };
        if let Some(who) = request.extensions.get::<Who>() {
            who.is(&caller);
        }
        caller.may(need)?;
        let limits = keys.and_then(|keys| keys.limits(caller.tenant())).unwrap_or(self.limits);
        let allowance = self.accounts.of(caller.tenant(), limits);
        let counted = allowance.begin(caller.tenant()).inspect_err(|_| count_refused(QUOTA))?;
        Ok(Admitted { caller: caller.counted(allowance), counted: Some(counted) })
    }
}

/// A call that may go on.
struct Admitted {
    caller: Caller,
    counted: Option<(InFlight, Option<Standing>)>,
}

/// Says how much of its minute's calls the tenant has left, as proxies and clients read it (draft-ietf-httpapi-ratelimit-headers, in the form
/// with one header for each figure, which is the one in use).
fn told(mut response: Response<Body>, standing: Option<Standing>) -> Response<Body> {
    if let Some(Standing { limit, remaining, reset, period }) = standing {
        let headers = response.headers_mut();
        headers.insert("ratelimit-limit", limit.into());
        headers.insert("ratelimit-remaining", remaining.into());
        headers.insert("ratelimit-reset", (reset.as_secs() + u64::from(reset.subsec_nanos() > 0)).into());
        if let Ok(policy) = format!("{limit};w={}", period.as_secs()).try_into() {
            headers.insert("ratelimit-policy", policy);
        }
    }
    response
}

/// Whom the proxy names, else whose key was shown.
fn known(keys: Option<&Keys>, proxy: Option<&Proxy>, request: &Parts) -> Result<Caller, Problem> {
    let headers = &request.headers;
    let method = request.extensions.get::<Logged>().cloned().unwrap_or_else(|| Logged::method(request.uri.path()));
    let refused = |key: Option<&str>, why: &str| {
        let request_id = RequestId::of_headers(headers);
        tracing::info!(
            %method,
            request_id = request_id.as_ref().map(RequestId::as_str),
            key,
            why,
            "a call was refused"
        );
        invalid(keys.is_some())
    };
    match proxy.and_then(|proxy| proxy.caller(headers, peer(request))) {
        Some(Ok(caller)) => return Ok(caller),
        Some(Err(why)) => return Err(refused(None, why)),
        None => {}
    }
    let brought = match Credential::of(headers) {
        Credential::None => session::credential(request),
        brought => brought,
    };
    match brought {
        Credential::None => Err(missing(keys.is_some())),
        Credential::Unreadable => Err(refused(None, "what was sent is no key")),
        Credential::Key(key) => {
            let keys = keys.ok_or_else(|| refused(Some(key.id()), "there are no keys"))?;
            keys.caller(&key, Timestamp::now()).map_err(|why| refused(Some(key.id()), &why.to_string()))
        }
    }
}

fn peer(request: &Parts) -> Option<SocketAddr> {
    request.extensions.get::<ConnectInfo>()?.peer
}

fn missing(keys: bool) -> Problem {
    let what = if keys { "send a key: `authorization: Bearer agq_…`" } else { "it has to come through the proxy that knows you" };
    unauthenticated(format!("the call brings no credential; {what}"), keys).with("brought", "nothing")
}

/// Not told why: whether an id exists is nobody's business.
fn invalid(keys: bool) -> Problem {
    unauthenticated("the credential is not valid; ask the operator for another one".to_owned(), keys)
}

/// Says whether a key would do, for who can ask a reader for one.
fn unauthenticated(message: String, keys: bool) -> Problem {
    Problem::new(Reason::Unauthenticated, message).with("credential", if keys { "key" } else { "proxy" })
}

fn foreign_host() -> Problem {
    let message = "the name in `Host` is not this machine's; call it as localhost, or have the operator add the name to allowed_hosts";
    Problem::new(Reason::PermissionDenied, message)
}
