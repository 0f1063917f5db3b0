//! `antigravity check`: a text from anywhere, its claims held against the archive.

use std::{
    io::{Error, ErrorKind, Read as _},
    path::Path,
    time::Duration,
};

use antigravity_proto::gateway::v1::{CheckGroundingRequest, CheckGroundingResponse};

use crate::{
    backend::{Backend, request},
    cli::Check,
    failure::Failure,
    options::Options,
    output,
    records::Input,
    render::{check, terminal},
};

/// Far more than a check takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Bytes that the longest text that is accepted can have: the gateway counts characters, but no pipe shall fill the memory before.
const LONGEST: u64 = 4 * 20_000;

/// Checks, and lists the claims.
pub(crate) async fn run(arguments: Check, options: &Options) -> Result<(), Failure> {
    let markdown = text(&arguments.file).map_err(|source| Failure::File { path: arguments.file.clone(), source })?;
    let work = async |backend: &Backend| {
        let asked = request(CheckGroundingRequest { archive: options.archive(), markdown }, LIMIT);
        Ok(backend.client().check_grounding(asked).await.map_err(|status| backend.failed(status))?.into_inner())
    };
    let checked: CheckGroundingResponse = super::with_backend(options, work).await?;
    if arguments.json {
        return super::print_json(&checked);
    }
    output::print(&check::page(&checked, terminal::canvas()))
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    Input::open(path)?.into_text()?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        let long = format!("it has more than {LONGEST} bytes, and 20,000 characters are checked at most: send it in parts");
        return Err(Error::new(ErrorKind::InvalidInput, long));
    }
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, format!("it is no UTF-8: {error}")))
}
