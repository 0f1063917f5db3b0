//! `antigravity archive export`: every preprint as a line that `index` reads.

use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::ExportPreprintsRequest;
use tempfile::TempPath;
use tokio::sync::{mpsc, oneshot};

use crate::{backend::Backend, cli::ArchiveExport, failure::Failure, options::Options, records::line};

/// Pieces of some 25 lines that may wait for a slow reader.
const WAITING: usize = 4;

/// Exports the archive.
pub(crate) async fn run(arguments: ArchiveExport, options: &Options) -> Result<(), Failure> {
    // Opened before anything is done: a name that is wrong is better known at once.
    let part = if arguments.file == Path::new("-") { None } else { Some(Part::create(arguments.file)?) };
    let mut writer = match &part {
        None => Writer::start(io::stdout())?,
        Some(part) => Writer::start(part.file.try_clone().map_err(|error| part.failed(error))?)?,
    };
    let work = async |backend: &Backend| {
        // Without a deadline: how long it takes depends on the archive and on who reads.
        let asked = CallContext::root().request(ExportPreprintsRequest { archive: options.archive() });
        let reply = backend.client().export_preprints(asked).await.map_err(|status| backend.failed(status))?;
        let mut pieces = reply.into_inner();
        while let Some(piece) = pieces.message().await.map_err(|status| backend.failed(status))? {
            if !writer.write(piece.records.iter().map(line).collect()).await {
                break;
            }
        }
        writer.end().await.map_err(|error| match &part {
            Some(part) => part.failed(error),
            None if error.kind() == ErrorKind::BrokenPipe => Failure::ReaderGone,
            None => Failure::Output(error),
        })
    };
    super::with_backend(options, work).await?;
    part.map_or(Ok(()), Part::keep)
}

/// A thread that writes. The call never waits inside a write, so that Ctrl-C is heard however long a reader holds its pipe; the thread is
/// then left to itself and ends with the process, as the one that reads records.
struct Writer {
    lines: Option<mpsc::Sender<String>>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Writer {
    fn start(out: impl Write + Send + 'static) -> Result<Self, Failure> {
        let (lines, mut waiting) = mpsc::channel::<String>(WAITING);
        let (end, ended) = oneshot::channel();
        let mut out = BufWriter::new(out);
        let mut write = move || {
            while let Some(lines) = waiting.blocking_recv() {
                out.write_all(lines.as_bytes())?;
            }
            out.flush()
        };
        let thread = std::thread::Builder::new().name("export".to_owned());
        // Nobody hears it when the export was interrupted.
        thread.spawn(move || drop(end.send(write()))).map_err(Failure::Thread)?;
        Ok(Self { lines: Some(lines), ended })
    }

    /// Hands lines over as soon as there is room for them. `false` when the thread has failed.
    async fn write(&self, lines: String) -> bool {
        match &self.lines {
            Some(sender) => sender.send(lines).await.is_ok(),
            None => false,
        }
    }

    /// Waits until all is written.
    async fn end(&mut self) -> io::Result<()> {
        self.lines = None;
        (&mut self.ended).await.unwrap_or_else(|_| Err(io::Error::other("the thread that writes has gone")))
    }
}

/// A file that gets its name when it is whole, so that a broken export is never taken for one. Otherwise it is removed.
struct Part {
    file: File,
    part: TempPath,
    path: PathBuf,
}

impl Part {
    /// Beside the file that it shall become.
    fn create(path: PathBuf) -> Result<Self, Failure> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let failed = |source| Failure::File { path: part.clone(), source };
        let file = File::create(&part).map_err(failed)?;
        let part = TempPath::try_from_path(&part).map_err(failed)?;
        Ok(Self { file, part, path })
    }

    fn failed(&self, source: io::Error) -> Failure {
        Failure::File { path: self.part.to_path_buf(), source }
    }

    fn keep(self) -> Result<(), Failure> {
        let Self { file, part, path } = self;
        let kept = file.sync_all().and_then(|()| part.persist(&path).map_err(|error| error.error));
        kept.map_err(|source| Failure::File { path, source })
    }
}
