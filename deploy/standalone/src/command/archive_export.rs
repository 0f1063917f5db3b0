//! `antigravity archive export`: every preprint as a line that `index` reads.

use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::ExportPreprintsRequest;
use antigravity_proto::types::PreprintRecord;

use crate::{backend::Backend, cli::ArchiveExport, failure::Failure, options::Options, records::line};

/// Exports the archive.
pub(crate) async fn run(arguments: ArchiveExport, options: &Options) -> Result<(), Failure> {
    // Opened before anything is done: a name that is wrong is better known at once.
    let mut sink = Sink::open(&arguments.file)?;
    let work = async |backend: &Backend| {
        // Without a deadline: how long it takes depends on the archive and on who reads.
        let asked = CallContext::root().request(ExportPreprintsRequest { archive: options.archive() });
        let reply = backend.client().export_preprints(asked).await.map_err(|status| backend.failed(status))?;
        let mut pieces = reply.into_inner();
        while let Some(piece) = pieces.message().await.map_err(|status| backend.failed(status))? {
            // Some 25 lines: short enough to block for.
            sink.write(&piece.records)?;
        }
        Ok(())
    };
    super::with_backend(options, work).await?;
    sink.finish()
}

/// Where the lines go. A file gets its name when it is whole: a broken export is never taken for one.
enum Sink {
    Out(BufWriter<io::Stdout>),
    File { out: BufWriter<File>, part: PathBuf, path: PathBuf },
}

impl Sink {
    fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::Out(BufWriter::new(io::stdout())));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|source| Failure::File { path: part.clone(), source })?;
        Ok(Self::File { out: BufWriter::new(file), part, path: path.to_owned() })
    }

    fn write(&mut self, records: &[PreprintRecord]) -> Result<(), Failure> {
        let lines: String = records.iter().map(line).collect();
        match self {
            Self::Out(out) => out.write_all(lines.as_bytes()).map_err(left),
            Self::File { out, part, .. } => out.write_all(lines.as_bytes()).map_err(|source| Failure::File { path: part.clone(), source }),
        }
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Out(mut out) => out.flush().map_err(left),
            Self::File { mut out, part, path } => {
                let whole = out.flush().and_then(|()| out.get_ref().sync_all()).and_then(|()| std::fs::rename(&part, &path));
                whole.map_err(|source| Failure::File { path, source })
            }
        }
    }
}

fn left(error: io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Output(error),
    }
}
