//! Keeping the encoder on one thread. `rten-gemm` splits a product over the current rayon pool, by default the global one with a thread per
//! core: a single query would then wake all cores, and several queries wait for each other. So the encoder only runs on threads that are a
//! rayon pool of one.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::EmbedError;

/// Makes the current thread a rayon pool of one, for as long as it lives. Rayon never frees the registry behind it (a few hundred bytes),
/// which a fixed set of worker threads can afford; a pool of one *other* thread would cost a hand-over per text instead.
pub(crate) fn enter() -> Result<ThreadPool, EmbedError> {
    build(ThreadPoolBuilder::new().num_threads(1).use_current_thread())
}

/// A pool of one other thread, for callers that are no such thread themselves.
pub(crate) fn other() -> Result<ThreadPool, EmbedError> {
    build(ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "embed".to_owned()))
}

/// Whether the current thread is a rayon pool of one. The first check keeps the second from starting rayon's global pool.
pub(crate) fn entered() -> bool {
    rayon::current_thread_index().is_some() && rayon::current_num_threads() == 1
}

fn build(builder: ThreadPoolBuilder) -> Result<ThreadPool, EmbedError> {
    builder.build().map_err(|error| EmbedError::Threads(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_becomes_a_pool_of_one() {
        std::thread::spawn(|| {
            assert!(!entered());
            let _one = enter().unwrap();
            assert!(entered());
        })
        .join()
        .unwrap();
        assert!(other().unwrap().install(entered));
    }
}
