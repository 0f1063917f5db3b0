//! What health checks are told, on the service's port and on the admin port.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use tonic_health::{ServingStatus, server::HealthReporter};

use crate::admin::{AdminPort, State};

/// How often a dependency is asked, and how long it may take to answer.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// Asks what a service can't do without whether it answers.
#[derive(Clone)]
pub struct Dependency(Arc<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>);

impl Dependency {
    /// A dependency that is asked by this function. It should give up within 2 seconds, and is given up after them.
    pub fn new<F: Future<Output = bool> + Send + 'static>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || Box::pin(ask())))
    }

    async fn answers(&self) -> bool {
        tokio::time::timeout(ASKED_EVERY, (self.0)()).await.unwrap_or(false)
    }
}

impl fmt::Debug for Dependency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Dependency")
    }
}

/// Tells both ports how the service fares.
pub(super) struct Health<'a> {
    pub(super) reporter: HealthReporter,
    pub(super) services: &'a [&'static str],
    pub(super) admin: Option<&'a AdminPort>,
}

impl Health<'_> {
    /// The services take calls, or can't; the process as a whole (the empty name) stays well.
    pub(super) async fn serving(&self, serving: bool) {
        let (status, state) = if serving { (ServingStatus::Serving, State::Ready) } else { (ServingStatus::NotServing, State::NotServing) };
        self.tell(self.services, status, state).await;
    }

    /// No more calls, please. Who watches is told, and the watch ends: one that stayed open would be waited for until the drain time is over, as
    /// happens behind a proxy, which keeps its connections.
    pub(super) async fn draining(&self) {
        let names: Vec<&str> = std::iter::once("").chain(self.services.iter().copied()).collect();
        self.tell(&names, ServingStatus::NotServing, State::Draining).await;
        let mut reporter = self.reporter.clone();
        for name in &names {
            reporter.clear_service_status(name).await;
        }
        self.tell(&names, ServingStatus::NotServing, State::Draining).await;
    }

    /// Asks the dependency again and again, and tells what changes. Without one there is nothing to ask. Never ends.
    pub(super) async fn follow(&self, dependency: Option<&Dependency>) {
        let Some(dependency) = dependency else { return std::future::pending().await };
        let mut ticks = tokio::time::interval(ASKED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut last = true;
        loop {
            ticks.tick().await;
            let answers = dependency.answers().await;
            if answers != last {
                if answers {
                    tracing::info!("serving again: what this service depends on answers");
                } else {
                    tracing::warn!("not serving: what this service depends on doesn't answer");
                }
                self.serving(answers).await;
                last = answers;
            }
        }
    }

    async fn tell(&self, names: &[&str], status: ServingStatus, state: State) {
        for name in names {
            self.reporter.set_service_status(name, status).await;
        }
        if let Some(admin) = self.admin {
            admin.tell(state);
        }
    }
}
