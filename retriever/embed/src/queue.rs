//! In which order texts are embedded. Two lines under one lock: with a channel for each, a worker would have to wait on both.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::encoder::Role;
use crate::error::EmbedError;

/// Texts that wait for a worker. Queries go before bulk work, each in the order of arrival.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// What the caller of a job receives.
pub(crate) type Reply = Result<Vec<f32>, EmbedError>;

/// One text and where its vector goes. A job whose receiver is gone is dropped without being run.
pub(crate) struct Job {
    pub(crate) text: String,
    pub(crate) role: Role,
    /// Known once a worker has looked at the text.
    pub(crate) tokens: Option<Vec<u32>>,
    pub(crate) reply: oneshot::Sender<Reply>,
}

#[derive(Default)]
struct Waiting {
    queries: VecDeque<Job>,
    bulk: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// Adds a query; returns where its vector arrives.
    pub(crate) fn push_query(&self, text: String) -> oneshot::Receiver<Reply> {
        let (job, receiver) = Job::new(text, Role::Query);
        self.push(|waiting| waiting.queries.push_back(job));
        self.changed.notify_one();
        receiver
    }

    /// Adds texts of bulk work; returns where their vectors arrive, in their order.
    pub(crate) fn push_bulk(&self, texts: Vec<String>) -> Vec<oneshot::Receiver<Reply>> {
        let (jobs, receivers): (Vec<Job>, Vec<_>) = texts.into_iter().map(|text| Job::new(text, Role::Passage)).unzip();
        self.push(|waiting| waiting.bulk.extend(jobs));
        self.changed.notify_all();
        receivers
    }

    /// Waits for the next job that somebody still waits for; `None` once the queue is closed.
    pub(crate) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            match waiting.queries.pop_front().or_else(|| waiting.bulk.pop_front()) {
                Some(job) if job.reply.is_closed() => {}
                Some(job) => return Some(job),
                None => waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// The next job of bulk work, if there is one and no query waits.
    pub(crate) fn next_beside(&self) -> Option<Job> {
        let mut waiting = self.lock();
        if !waiting.queries.is_empty() {
            return None;
        }
        std::iter::from_fn(|| waiting.bulk.pop_front()).find(|job| !job.reply.is_closed())
    }

    /// Puts a job of bulk work back to where it came from.
    pub(crate) fn put_back(&self, job: Job) {
        self.push(|waiting| waiting.bulk.push_front(job));
        self.changed.notify_one();
    }

    /// Drops what waits, so that its receivers learn of it, and sends every worker home.
    pub(crate) fn close(&self) {
        let dropped = {
            let mut waiting = self.lock();
            waiting.closed = true;
            (std::mem::take(&mut waiting.queries), std::mem::take(&mut waiting.bulk))
        };
        self.changed.notify_all();
        // Outside the lock: dropping a sender wakes its receiver's task.
        drop(dropped);
    }

    fn push(&self, add: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.lock();
        if !waiting.closed {
            add(&mut waiting);
        }
    }

    /// No code that can panic runs under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn new(text: String, role: Role) -> (Job, oneshot::Receiver<Reply>) {
        let (reply, receiver) = oneshot::channel();
        (Job { text, role, tokens: None, reply }, receiver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn queries_go_first_each_kind_in_order() {
        let queue = Queue::default();
        let _bulk = queue.push_bulk(texts(&["b1", "b2"]));
        let _queries = [queue.push_query("q1".to_owned()), queue.push_query("q2".to_owned())];
        let order: Vec<String> = (0..4).map(|_| queue.next().unwrap().text).collect();
        assert_eq!(order, ["q1", "q2", "b1", "b2"]);
    }

    #[test]
    fn a_job_without_a_receiver_is_passed_over() {
        let queue = Queue::default();
        drop(queue.push_query("gone".to_owned()));
        let mut bulk = queue.push_bulk(texts(&["kept", "gone", "kept too"]));
        drop(bulk.remove(1));
        assert_eq!(queue.next().unwrap().text, "kept");
        assert_eq!(queue.next().unwrap().text, "kept too");
    }

    #[test]
    fn bulk_work_joins_bulk_work_until_a_query_comes() {
        let queue = Queue::default();
        let mut bulk = queue.push_bulk(texts(&["b1", "gone", "b2", "b3"]));
        drop(bulk.remove(1));
        assert_eq!(queue.next().unwrap().text, "b1");
        let second = queue.next_beside().unwrap();
        assert_eq!(second.text, "b2");
        queue.put_back(second);
        let _query = queue.push_query("q".to_owned());
        assert!(queue.next_beside().is_none());
        let order: Vec<String> = (0..3).map(|_| queue.next().unwrap().text).collect();
        assert_eq!(order, ["q", "b2", "b3"]);
        assert!(queue.next_beside().is_none());
    }

    #[test]
    fn closing_drops_what_waits_and_what_comes() {
        let queue = Queue::default();
        let early = queue.push_query("early".to_owned());
        queue.close();
        let late = queue.push_query("late".to_owned());
        assert!(early.blocking_recv().is_err());
        assert!(late.blocking_recv().is_err());
        assert!(queue.next().is_none());
    }
}
