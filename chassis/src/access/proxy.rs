//! Who calls, as a mesh or an OIDC proxy says it: in named headers, believed from named addresses alone.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use serde::Deserialize;

use super::{
    caller::{Caller, Scope, Scopes},
    tenant::Tenant,
};
use crate::options::Wrong;

const SETTING: &str = "access_proxy";

/// The table `[access_proxy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyOptions {
    /// Addresses or networks that are believed: `10.1.2.3`, `10.0.0.0/8`.
    peers: Vec<String>,
    /// The header that names the tenant, such as `x-forwarded-user`.
    tenant_header: String,
    /// What everybody may whom the proxy lets through.
    #[serde(default = "ask_and_search")]
    scopes: Vec<Scope>,
    /// The header that lists groups, separated by commas, such as `x-forwarded-groups`.
    groups_header: Option<String>,
    /// What the members of a group may besides.
    #[serde(default)]
    groups: BTreeMap<String, Vec<Scope>>,
}

fn ask_and_search() -> Vec<Scope> {
    vec![Scope::Ask, Scope::Search]
}

/// The proxies that are believed.
#[derive(Debug)]
pub(super) struct Proxy {
    peers: Vec<IpNet>,
    tenant: HeaderName,
    scopes: Vec<Scope>,
    groups: Option<HeaderName>,
    members: BTreeMap<String, Vec<Scope>>,
}

impl Proxy {
    pub(super) fn new(options: ProxyOptions) -> Result<Self, Wrong> {
        let ProxyOptions { peers, tenant_header, scopes, groups_header, groups } = options;
        if peers.is_empty() {
            return Err(wrong("peers", "it is empty", "addresses or networks, such as [\"10.0.0.0/8\"]"));
        }
        if !groups.is_empty() && groups_header.is_none() {
            return Err(wrong("groups_header", "it is not set, and groups are given", "the name of a header, such as x-forwarded-groups"));
        }
        Ok(Self {
            peers: peers.iter().map(|peer| network(peer)).collect::<Result<_, _>>()?,
            tenant: header("tenant_header", &tenant_header)?,
            scopes,
            groups: groups_header.map(|name| header("groups_header", &name)).transpose()?,
            members: groups,
        })
    }

    /// Whom the proxy names. `None` where the call doesn't come from a proxy that is believed, or names nobody: others' headers say nothing.
    pub(super) fn caller(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<Result<Caller, &'static str>> {
        let peer = peer?.ip().to_canonical();
        self.peers.iter().any(|network| network.contains(&peer)).then_some(())?;
        let mut named = headers.get_all(&self.tenant).iter();
        let name = named.next()?;
        if named.next().is_some() {
            return Some(Err("the proxy's header names more than one tenant"));
        }
        let tenant = name.to_str().ok().and_then(|name| name.parse::<Tenant>().ok());
        let Some(tenant) = tenant else { return Some(Err("the proxy's header names no possible tenant")) };
        Some(Ok(Caller::new(tenant, self.scopes(headers), None)))
    }

    fn scopes(&self, headers: &HeaderMap) -> Scopes {
        let lists = self.groups.iter().flat_map(|name| headers.get_all(name)).filter_map(|list| list.to_str().ok());
        let groups = lists.flat_map(|list| list.split(',')).filter_map(|group| self.members.get(group.trim()));
        self.scopes.iter().chain(groups.flatten()).copied().collect()
    }
}

fn network(text: &str) -> Result<IpNet, Wrong> {
    let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    address
        .or_else(|_| text.parse())
        .map_err(|_| wrong("peers", format!("{text:?} is neither an address nor a network"), "such as 10.1.2.3 or 10.0.0.0/8"))
}

fn header(field: &str, name: &str) -> Result<HeaderName, Wrong> {
    name.parse().map_err(|_| wrong(field, format!("{name:?} can't be the name of a header"), "a name such as x-forwarded-user"))
}

fn wrong(field: &str, what: impl std::fmt::Display, accepted: &str) -> Wrong {
    Wrong::new(&format!("{SETTING}.{field}"), what).accepting(accepted)
}

#[cfg(test)]
impl ProxyOptions {
    pub(super) fn of(peers: &[&str], tenant_header: &str) -> Self {
        let peers = peers.iter().map(|peer| (*peer).to_owned()).collect();
        Self { peers, tenant_header: tenant_header.into(), scopes: ask_and_search(), groups_header: None, groups: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::access::Need;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_named_peer_is_believed_and_nobody_else() {
        let proxy = Proxy::new(ProxyOptions::of(&["10.0.0.0/8", "2001:db8::7"], "x-user")).unwrap();
        for (peer, lines, expected) in [
            ("10.9.9.9:1", &[("x-user", "alice@lab.org")][..], Some(Ok("alice@lab.org"))),
            ("[::ffff:10.9.9.9]:1", &[("x-user", "alice")], Some(Ok("alice"))),
            ("[2001:db8::7]:1", &[("x-user", "alice")], Some(Ok("alice"))),
            ("[2001:db8::8]:1", &[("x-user", "alice")], None),
            ("127.0.0.1:1", &[("x-user", "alice")], None),
            ("10.9.9.9:1", &[], None),
            ("10.9.9.9:1", &[("x-user", "alice"), ("x-user", "bob")], Some(Err(()))),
            ("10.9.9.9:1", &[("x-user", "two words")], Some(Err(()))),
            ("10.9.9.9:1", &[("x-user", "-")], Some(Err(()))),
        ] {
            let found = proxy.caller(&headers(lines), Some(peer.parse().unwrap()));
            let found = found.as_ref().map(|found| found.as_ref().map(|caller| caller.tenant().as_str()).map_err(|_| ()));
            assert_eq!(found, expected, "{peer} {lines:?}");
        }
        assert!(proxy.caller(&headers(&[("x-user", "alice")]), None).is_none());
    }

    #[test]
    fn groups_allow_more() {
        let groups = [("operators".to_owned(), vec![Scope::Index, Scope::Admin])].into();
        let options = ProxyOptions { groups_header: Some("x-groups".into()), groups, ..ProxyOptions::of(&["10.0.0.1"], "x-user") };
        let proxy = Proxy::new(options).unwrap();
        for (listed, may_index) in [("readers", false), ("readers, operators", true), ("operators2", false)] {
            let caller = proxy.caller(&headers(&[("x-user", "alice"), ("x-groups", listed)]), Some("10.0.0.1:1".parse().unwrap()));
            let caller = caller.unwrap().unwrap();
            assert_eq!(caller.may(Need::Scope(Scope::Index)).is_ok(), may_index, "{listed}");
            assert!(caller.may(Need::Scope(Scope::Ask)).is_ok());
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let sound = || ProxyOptions::of(&["10.0.0.1"], "x-user");
        let members = || [("a".to_owned(), vec![])].into();
        for (options, setting) in [
            (ProxyOptions { peers: vec![], ..sound() }, "access_proxy.peers"),
            (ProxyOptions { peers: vec!["proxy.lab".into()], ..sound() }, "access_proxy.peers"),
            (ProxyOptions { tenant_header: "x user".into(), ..sound() }, "access_proxy.tenant_header"),
            (ProxyOptions { groups: members(), ..sound() }, "access_proxy.groups_header"),
        ] {
            assert_eq!(Proxy::new(options).unwrap_err().setting, setting);
        }
    }
}
