//! The names by which a service may be called where nobody is asked for a credential.
//!
//! A page in a browser may have its own name resolve to 127.0.0.1 and then call what listens there as its own (DNS rebinding); the name that it
//! calls by stands in the `Host`, which it can't forge. Where a credential is asked for there is no need: the page has none.

use std::net::IpAddr;

use http::{header, request::Parts, uri::Authority};

/// Names that are accepted.
#[derive(Debug)]
pub(super) enum Hosts {
    /// Any: others may call anyway, by names that nobody told us.
    Any,
    /// This machine's own, and these.
    Own(Vec<String>),
}

impl Hosts {
    /// `named` beside this machine's own; any name where none is given and others may call.
    pub(super) fn new(named: &[String], loopback: bool) -> Self {
        if named.is_empty() && !loopback { Self::Any } else { Self::Own(named.iter().map(|name| name.to_ascii_lowercase()).collect()) }
    }

    /// Whether a request names an accepted host. One that names none comes from no browser.
    pub(super) fn accept(&self, request: &Parts) -> bool {
        let Self::Own(named) = self else { return true };
        let in_header = request.headers.get_all(header::HOST).iter().map(|host| host.to_str().ok()?.parse::<Authority>().ok());
        let in_target = request.uri.authority().cloned().map(Some);
        in_header.chain(in_target).all(|host| host.is_some_and(|host| is_own(host.host()) || is_named(&host, named)))
    }
}

fn is_own(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// With or without a port, as it was given.
fn is_named(host: &Authority, named: &[String]) -> bool {
    let (whole, name) = (host.as_str().to_ascii_lowercase(), host.host().to_ascii_lowercase());
    named.iter().any(|named| *named == whole || *named == name)
}

#[cfg(test)]
mod tests {
    use http::{Request, request::Builder};

    use super::*;

    fn head(request: Builder) -> Parts {
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_this_machines_names_and_those_that_were_given() {
        let hosts = Hosts::new(&["Antigravity.lab.org".into(), "qa.lab.org:8080".into()], true);
        for (host, accepted) in [
            ("localhost", true),
            ("LOCALHOST:7400", true),
            ("qa.localhost", true),
            ("127.0.0.1:7400", true),
            ("127.1.2.3", true),
            ("[::1]:7400", true),
            ("antigravity.lab.org", true),
            ("antigravity.lab.org:7400", true),
            ("qa.lab.org:8080", true),
            ("qa.lab.org", false),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("192.0.2.1", false),
            ("", false),
        ] {
            let by_header = head(Request::builder().header(header::HOST, host));
            assert_eq!(hosts.accept(&by_header), accepted, "{host:?}");
            if !host.is_empty() {
                let by_target = head(Request::builder().uri(format!("http://{host}/")));
                assert_eq!(hosts.accept(&by_target), accepted, "{host:?}");
            }
        }
        assert!(hosts.accept(&head(Request::builder())));
        let both = head(Request::builder().uri("http://localhost/").header(header::HOST, "evil.example"));
        assert!(!hosts.accept(&both));
    }

    #[test]
    fn where_others_may_call_any_name_will_do_unless_some_are_given() {
        let foreign = head(Request::builder().header(header::HOST, "evil.example"));
        assert!(Hosts::new(&[], false).accept(&foreign));
        assert!(!Hosts::new(&["lab.org".into()], false).accept(&foreign));
        assert!(!Hosts::new(&[], true).accept(&foreign));
    }
}
