//! Embedding from asynchronous code, on a fixed set of threads of its own: tokio's blocking pool knows no urgency, and would run more texts
//! at once than there are cores.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, ready};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::encoder::{Encoder, Role};
use crate::error::EmbedError;
use crate::one_thread;
use crate::queue::{Job, Queue, Reply};
use crate::scratch::Scratch;

/// Threads that embed, apart from those of any asynchronous runtime.
///
/// Each runs one query at a time, or as many texts of bulk work as are together no longer than one text may be. So a query waits for no
/// bulk work but what one long text costs. Dropping the pool drops what has not begun (its futures end with [`EmbedError::Stopped`]) and
/// waits for the texts in hand, tens of milliseconds, and for the threads.
pub struct Pool {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts `workers` threads, one per core that may be kept busy.
    ///
    /// # Errors
    /// [`EmbedError::NoWorkers`] for zero; [`EmbedError::Threads`] if the system gives no thread.
    pub fn new(encoder: Arc<Encoder>, workers: usize) -> Result<Pool, EmbedError> {
        Pool::start(workers, move || {
            let encoder = Arc::clone(&encoder);
            Ok(EncoderWorker { encoder, scratch: Scratch::default(), _one_thread: one_thread::enter()? })
        })
    }

    /// Queues a query at once, before any bulk work, without waiting for the future to be polled. Dropping the future drops the work if
    /// it has not begun.
    ///
    /// # Errors
    /// The future gives what [`Encoder::embed`] gives, or [`EmbedError::Stopped`].
    pub fn embed_query(&self, text: String) -> EmbedFuture {
        EmbedFuture(self.queue.push_query(text))
    }

    /// Queues texts at once, behind all queries and earlier bulk work; the vectors come in the texts' order. Dropping the future drops
    /// what has not begun.
    ///
    /// # Errors
    /// The future gives the first error in the texts' order, as [`Pool::embed_query`], and drops the rest.
    pub fn embed_bulk(&self, texts: Vec<String>) -> impl Future<Output = Result<Vec<Vec<f32>>, EmbedError>> + Send + use<> {
        let replies = self.queue.push_bulk(texts);
        async move {
            let mut vectors = Vec::with_capacity(replies.len());
            for reply in replies {
                vectors.push(EmbedFuture(reply).await?);
            }
            Ok(vectors)
        }
    }

    /// `worker` is called in each thread and makes what embeds there, with the state that the thread keeps.
    fn start<W: Worker>(workers: usize, worker: impl Fn() -> Result<W, EmbedError> + Send + Sync + 'static) -> Result<Pool, EmbedError> {
        if workers == 0 {
            return Err(EmbedError::NoWorkers);
        }
        let worker = Arc::new(worker);
        let mut pool = Pool { queue: Arc::default(), threads: Vec::with_capacity(workers) };
        let (started, starts) = mpsc::channel();
        for index in 0..workers {
            let (queue, worker, started) = (Arc::clone(&pool.queue), Arc::clone(&worker), started.clone());
            let thread = std::thread::Builder::new().name(format!("embed-{index}")).spawn(move || match worker() {
                Ok(worker) => {
                    let _ = started.send(Ok(()));
                    drop(started);
                    work(&queue, worker);
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            });
            // On an error the pool is dropped here, which joins the threads that did start.
            pool.threads.push(thread.map_err(|error| EmbedError::Threads(error.to_string()))?);
        }
        drop(started);
        starts.into_iter().collect::<Result<(), EmbedError>>()?;
        Ok(pool)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // A panic of the embedding was caught and reported; one of the loop around it has no one left to be told.
            let _ = thread.join();
        }
    }
}

/// What a thread of the pool does, with the state that it keeps. The tests have another one than the encoder.
trait Worker {
    /// The longest text, and the longest batch, in tokens.
    fn max_tokens(&self) -> usize;
    fn tokens(&mut self, text: &str, role: Role) -> Result<Vec<u32>, EmbedError>;
    /// One reply per text.
    fn embed(&mut self, texts: &[Vec<u32>]) -> Result<Vec<Reply>, EmbedError>;
}

struct EncoderWorker {
    encoder: Arc<Encoder>,
    scratch: Scratch,
    /// Held for as long as the thread works.
    _one_thread: rayon::ThreadPool,
}

impl Worker for EncoderWorker {
    fn max_tokens(&self) -> usize {
        self.encoder.max_tokens()
    }

    fn tokens(&mut self, text: &str, role: Role) -> Result<Vec<u32>, EmbedError> {
        self.encoder.tokens(text, role)
    }

    fn embed(&mut self, texts: &[Vec<u32>]) -> Result<Vec<Reply>, EmbedError> {
        self.encoder.embed_tokens(&mut self.scratch, texts)
    }
}

fn work(queue: &Queue, mut worker: impl Worker) {
    while let Some(first) = queue.next() {
        let (texts, replies) = batch(queue, &mut worker, first);
        let vectors = guarded(|| worker.embed(&texts));
        // The callers may have gone away meanwhile: nobody to tell is no error.
        match vectors {
            Ok(vectors) => replies.into_iter().zip(vectors).for_each(|(reply, vector)| drop(reply.send(vector))),
            // It would fail again.
            Err(error) if texts.len() <= 1 => drop(replies.into_iter().next().map(|reply| reply.send(Err(error)))),
            // One of the texts is at fault, and the others must not suffer for it.
            Err(_) => {
                for (text, reply) in texts.into_iter().zip(replies) {
                    let vector =
                        guarded(|| worker.embed(&[text])).and_then(|mut vectors| vectors.pop().unwrap_or(Err(EmbedError::Panicked)));
                    let _ = reply.send(vector);
                }
            }
        }
    }
}

/// The job's text and, if it is bulk work, as many that wait behind it as fit beside it.
fn batch(queue: &Queue, worker: &mut impl Worker, first: Job) -> (Vec<Vec<u32>>, Vec<oneshot::Sender<Reply>>) {
    let (mut texts, mut replies) = (Vec::new(), Vec::new());
    let mut left = worker.max_tokens();
    let alone = first.role == Role::Query;
    let mut next = Some(first);
    while let Some(mut job) = next {
        let tokens = job.tokens.take().map_or_else(|| guarded(|| worker.tokens(&job.text, job.role)), Ok);
        match tokens {
            Err(error) => drop(job.reply.send(Err(error))),
            Ok(tokens) if texts.is_empty() || tokens.len() <= left => {
                left = left.saturating_sub(tokens.len());
                texts.push(tokens);
                replies.push(job.reply);
            }
            Ok(tokens) => {
                job.tokens = Some(tokens);
                queue.put_back(job);
                break;
            }
        }
        next = if alone || left == 0 { None } else { queue.next_beside() };
    }
    (texts, replies)
}

/// A panic in a dependency must not shrink the pool. The buffers it leaves behind are resized and overwritten by the next text.
fn guarded<T>(work: impl FnOnce() -> Result<T, EmbedError>) -> Result<T, EmbedError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(EmbedError::Panicked))
}

/// The vector of a query to come; see [`Pool::embed_query`].
#[must_use = "dropping it drops the work"]
pub struct EmbedFuture(oneshot::Receiver<Reply>);

impl Future for EmbedFuture {
    type Output = Result<Vec<f32>, EmbedError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(reply.unwrap_or(Err(EmbedError::Stopped)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Records what it is to embed, a batch in brackets if it is of several texts; the text "gate" makes it wait until the test opens it. A
    /// token is a byte, a text has at most ten.
    struct GatedWorker {
        log: Arc<Mutex<Vec<String>>>,
        gate: Arc<Mutex<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
    }

    impl Worker for GatedWorker {
        fn max_tokens(&self) -> usize {
            10
        }

        fn tokens(&mut self, text: &str, _: Role) -> Result<Vec<u32>, EmbedError> {
            Ok(text.bytes().take(10).map(u32::from).collect())
        }

        fn embed(&mut self, texts: &[Vec<u32>]) -> Result<Vec<Reply>, EmbedError> {
            let names: Vec<String> = texts.iter().map(|text| text.iter().map(|&byte| byte as u8 as char).collect()).collect();
            if names.iter().any(|name| name == "gate") {
                let gate = self.gate.lock().unwrap();
                gate.0.send(()).unwrap();
                gate.1.recv().unwrap();
            }
            let batch = names.join(" ");
            self.log.lock().unwrap().push(if names.len() > 1 { format!("[{batch}]") } else { batch });
            assert!(names.iter().all(|name| name != "panic"));
            Ok(names.iter().map(|name| if name == "bad" { Err(EmbedError::NoDirection) } else { Ok(vec![name.len() as f32]) }).collect())
        }
    }

    /// A pool of one such worker.
    struct Gated {
        pool: Pool,
        embedded: Arc<Mutex<Vec<String>>>,
        /// Received from once per gate that the worker has reached.
        reached: mpsc::Receiver<()>,
        open: mpsc::Sender<()>,
    }

    fn gated() -> Gated {
        let embedded = Arc::new(Mutex::new(Vec::new()));
        let (reach, reached) = mpsc::channel();
        let (open, opened) = mpsc::channel();
        let (log, gate) = (Arc::clone(&embedded), Arc::new(Mutex::new((reach, opened))));
        let pool = Pool::start(1, move || Ok(GatedWorker { log: Arc::clone(&log), gate: Arc::clone(&gate) })).unwrap();
        Gated { pool, embedded, reached, open }
    }

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_query_waits_for_no_more_bulk_work_than_one_long_text() {
        let gated = gated();
        let bulk = gated.pool.embed_bulk(texts(&["gate", "second", "third"]));
        // "gate" and "second" are ten tokens, all that fits.
        gated.reached.recv().unwrap();
        let query = gated.pool.embed_query("query".to_owned());
        gated.open.send(()).unwrap();
        assert_eq!(block_on(query).unwrap(), [5.0]);
        assert_eq!(block_on(bulk).unwrap(), [[4.0], [6.0], [5.0]]);
        assert_eq!(*gated.embedded.lock().unwrap(), ["[gate second]", "query", "third"]);
    }

    #[test]
    fn short_texts_go_together_queries_alone() {
        let gated = gated();
        let first = gated.pool.embed_query("gate".to_owned());
        gated.reached.recv().unwrap();
        let bulk = gated.pool.embed_bulk(texts(&["one", "two", "four", "twentyseconds", "five", "panic", "bad"]));
        gated.open.send(()).unwrap();
        block_on(first).unwrap();
        assert!(matches!(block_on(bulk), Err(EmbedError::Panicked)));
        // The batch that panicked is run again one by one, and "bad" is no reason for "five" to fail.
        drop(gated.pool);
        let embedded = gated.embedded.lock().unwrap();
        assert_eq!(embedded[..5], ["gate", "[one two four]", "twentyseco", "[five panic]", "five"]);
    }

    #[test]
    fn dropped_futures_drop_their_work() {
        let gated = gated();
        let first = gated.pool.embed_query("gate".to_owned());
        gated.reached.recv().unwrap();
        drop(gated.pool.embed_query("dropped query".to_owned()));
        drop(gated.pool.embed_bulk(texts(&["dropped", "bulk"])));
        let last = gated.pool.embed_bulk(texts(&["kept"]));
        gated.open.send(()).unwrap();
        block_on(first).unwrap();
        block_on(last).unwrap();
        assert_eq!(*gated.embedded.lock().unwrap(), ["gate", "kept"]);
    }

    #[test]
    fn the_first_error_of_bulk_work_ends_it() {
        let gated = gated();
        let bulk = gated.pool.embed_bulk(texts(&["good", "bad", "gate"]));
        assert!(matches!(block_on(bulk), Err(EmbedError::NoDirection)));
        assert_eq!(block_on(gated.pool.embed_bulk(Vec::new())).unwrap(), Vec::<Vec<f32>>::new());
        let _ = gated.open.send(());
    }

    #[test]
    fn a_panic_is_an_error_and_the_worker_lives_on() {
        let gated = gated();
        assert!(matches!(block_on(gated.pool.embed_query("panic".to_owned())), Err(EmbedError::Panicked)));
        assert_eq!(block_on(gated.pool.embed_query("next".to_owned())).unwrap(), [4.0]);
        assert_eq!(*gated.embedded.lock().unwrap(), ["panic", "next"], "what fails alone is not run again");
    }

    #[test]
    fn dropping_the_pool_stops_what_waits_and_ends_the_threads() {
        let Gated { pool, embedded, reached, open } = gated();
        let running = pool.embed_query("gate".to_owned());
        reached.recv().unwrap();
        let waiting = pool.embed_query("waiting".to_owned());
        let dropping = std::thread::spawn(move || drop(pool));
        // The waiting job is dropped while the worker still holds its text.
        assert!(matches!(block_on(waiting), Err(EmbedError::Stopped)));
        open.send(()).unwrap();
        assert_eq!(block_on(running).unwrap(), [4.0]);
        dropping.join().unwrap();
        // The threads are gone with all that they owned: the test holds the last handle.
        assert_eq!(Arc::try_unwrap(embedded).unwrap().into_inner().unwrap(), ["gate"]);
    }

    #[test]
    fn a_pool_that_cannot_start_says_so() {
        let none = Pool::start(0, || Err::<GatedWorker, _>(EmbedError::Threads("no".to_owned())));
        assert!(matches!(none, Err(EmbedError::NoWorkers)));
        let failing = Pool::start(2, || Err::<GatedWorker, _>(EmbedError::Threads("no".to_owned())));
        assert!(matches!(failing, Err(EmbedError::Threads(_))));
    }
}
