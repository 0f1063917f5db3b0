//! The options that every service has, whatever it does.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Address, Check, Wrong};
use crate::{
    server::ServerOptions,
    telemetry::{self, LogFormat},
    tls::{Tls, TlsFlags},
    trace,
};

/// The flags that every service has, to be flattened into its own.
#[derive(Debug, Default, clap::Args, Serialize)]
#[command(next_help_heading = "Serving")]
pub struct ServiceFlags {
    /// Where metrics and probes are, for this cluster's machines only [default: nowhere]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_listen: Option<String>,
    /// Where traces are sent, by OTLP over gRPC, such as http://collector:4317 [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    otlp_endpoint: Option<String>,
    /// Put prompts and answers into traces [default: false]
    #[arg(long, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    otlp_text: Option<bool>,
    /// How many calls may be in flight; of more a quarter as many wait a moment, the rest is refused [default: 256]
    #[arg(long, value_name = "CALLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_in_flight: Option<usize>,
    /// How long calls in flight may take to end after SIGTERM or Ctrl-C [default: 25]
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    drain_seconds: Option<u64>,
    /// How long a caller may keep a connection before it is asked to make another, which may reach another replica [default: 1800]
    #[arg(long, hide_short_help = true, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_connection_age_seconds: Option<u64>,
    /// What is logged: error, warn, info, debug, trace, or a filter [default: info]
    #[arg(long, value_name = "LEVEL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// How log lines are written: auto (text on a terminal, JSON elsewhere), text or json [default: auto]
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    tls: TlsFlags,
    /// A TOML file of options
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// How a service is served and logs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ServiceOptions {
    /// The address to listen on. `None`: the service's own.
    pub listen: Option<SocketAddr>,
    /// The address of the admin port. `None`: there is none.
    pub admin_listen: Option<SocketAddr>,
    /// The collector that traces are sent to. `None`: they are not kept.
    pub otlp_endpoint: Option<Address>,
    /// Whether prompts and answers stand in traces.
    pub otlp_text: bool,
    /// How many calls may be in flight. `None`: 256.
    pub max_in_flight: Option<usize>,
    /// How long calls in flight may take to end after the signal to stop, in seconds. `None`: 25.
    pub drain_seconds: Option<u64>,
    /// How long a caller may keep a connection, in seconds. `None`: 1800.
    pub max_connection_age_seconds: Option<u64>,
    /// What is logged. `None`: `info`.
    pub log: Option<String>,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// Longer than a day is a slip of the keyboard, and far longer overflows.
const DAY: u64 = 86_400;

impl ServiceOptions {
    /// How to serve, at `default` unless told otherwise.
    pub fn server(&self, default: SocketAddr) -> ServerOptions {
        let mut server = ServerOptions { admin_listen: self.admin_listen, ..ServerOptions::new(self.listen.unwrap_or(default)) };
        if let Some(calls) = self.max_in_flight {
            server.max_in_flight = calls;
        }
        if let Some(seconds) = self.drain_seconds {
            server.drain = Duration::from_secs(seconds);
        }
        if let Some(seconds) = self.max_connection_age_seconds {
            server.max_connection_age = Duration::from_secs(seconds);
        }
        server
    }

    /// Starts logging as a service does, and sending traces under this name if there is a collector. Must be called inside a Tokio runtime.
    pub fn start_telemetry(&self, service: &'static str, tls: &Tls) -> Result<(), Wrong> {
        telemetry::init(self.log.as_deref().unwrap_or("info"), self.log_format)?;
        match &self.otlp_endpoint {
            Some(collector) => trace::start(service, collector, self.otlp_text, tls),
            None => Ok(()),
        }
    }
}

impl Check for ServiceOptions {
    fn check(&self) -> Result<(), Wrong> {
        if self.max_in_flight == Some(0) {
            return Err(Wrong::new("max_in_flight", "it is 0"));
        }
        if let Some(seconds) = self.drain_seconds.filter(|seconds| *seconds > DAY) {
            return Err(Wrong::new("drain_seconds", format!("it is {seconds}")));
        }
        if let Some(seconds) = self.max_connection_age_seconds.filter(|seconds| !(1..=DAY).contains(seconds)) {
            return Err(Wrong::new("max_connection_age_seconds", format!("it is {seconds}")));
        }
        telemetry::check(self.log.as_deref().unwrap_or("info"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_value_is_refused_by_name() {
        for (options, setting) in [
            (ServiceOptions { max_in_flight: Some(0), ..Default::default() }, "max_in_flight"),
            (ServiceOptions { drain_seconds: Some(u64::MAX), ..Default::default() }, "drain_seconds"),
            (ServiceOptions { max_connection_age_seconds: Some(0), ..Default::default() }, "max_connection_age_seconds"),
            (ServiceOptions { max_connection_age_seconds: Some(DAY + 1), ..Default::default() }, "max_connection_age_seconds"),
            (ServiceOptions { log: Some("antigravity=loud".into()), ..Default::default() }, "log"),
        ] {
            assert_eq!(options.check().unwrap_err().setting, setting);
        }
        assert_eq!(ServiceOptions { drain_seconds: Some(DAY), ..Default::default() }.check(), Ok(()));
    }

    #[test]
    fn what_is_not_set_is_the_server_loops_own() {
        let own = ([127, 0, 0, 1], 7401).into();
        let server = ServiceOptions::default().server(own);
        let (seconds, told) =
            (Duration::from_secs, |server: ServerOptions| (server.max_in_flight, server.drain, server.max_connection_age));
        assert_eq!(server.listen, own);
        assert_eq!(told(server), (256, seconds(25), seconds(1800)));
        let options =
            ServiceOptions { max_in_flight: Some(3), drain_seconds: Some(0), max_connection_age_seconds: Some(60), ..Default::default() };
        assert_eq!(told(options.server(own)), (3, seconds(0), seconds(60)));
    }
}
