//! A service that stops answering a method at a given call: what a deadline must be good for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request;
use axum::middleware::{self, Next};
use tokio::sync::Semaphore;
use tonic::service::Routes;

/// Lets the first calls of a method through and leaves every later one without an answer.
#[derive(Clone)]
pub struct Stall {
    method: &'static str,
    answered: usize,
    calls: Arc<AtomicUsize>,
    dropped: Arc<Semaphore>,
}

impl Stall {
    /// Stalls a method, such as `Search`, once it has been answered so many times.
    pub fn after(answered: usize, method: &'static str) -> Self {
        Self { method, answered, calls: Arc::default(), dropped: Arc::new(Semaphore::new(0)) }
    }

    /// The same service, stalling.
    pub fn routes(&self, routes: Routes) -> Routes {
        let stall = self.clone();
        let layer = middleware::from_fn(move |request: Request, next: Next| {
            let stall = stall.clone();
            async move {
                stall.pass(request.uri().path()).await;
                next.run(request).await
            }
        });
        Routes::from(routes.into_axum_router().layer(layer))
    }

    /// Waits until one more call that was left without an answer has been given up.
    pub async fn given_up(&self) {
        self.dropped.acquire().await.unwrap().forget();
    }

    async fn pass(&self, path: &str) {
        if path.rsplit('/').next() == Some(self.method) && self.calls.fetch_add(1, Ordering::Relaxed) >= self.answered {
            let _dropped = Dropped(self.dropped.clone());
            std::future::pending::<()>().await;
        }
    }
}

struct Dropped(Arc<Semaphore>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}
