//! `antigravity archive verify`: whether the archive is what it says.

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::{VerifyArchiveRequest, VerifyArchiveResponse};

use crate::{backend::Backend, cli::ArchiveVerify, failure::Failure, options::Options, output, progress::Stage};

/// Verifies the archive. Faults go to standard output, which is what was asked for; that there are some is the failure.
pub(crate) async fn run(arguments: ArchiveVerify, options: &Options) -> Result<(), Failure> {
    let work = async |backend: &Backend| {
        let reading = Stage::new("reading every preprint");
        // Without a deadline: how long it takes depends on the archive alone.
        let asked = CallContext::root().request(VerifyArchiveRequest { archive: options.archive() });
        let reply = backend.client().verify_archive(asked).await.map_err(|status| backend.failed(status));
        reading.clear();
        Ok(reply?.into_inner())
    };
    let verified: VerifyArchiveResponse = super::with_backend(options, work).await?;
    if arguments.json {
        super::print_json(&verified)?;
    } else {
        output::print(&told(&verified))?;
    }
    match verified.faults.len() {
        0 => Ok(()),
        faults => Err(Failure::Unsound(faults)),
    }
}

fn told(verified: &VerifyArchiveResponse) -> String {
    let archive = verified.archive.clone().unwrap_or_default();
    if verified.faults.is_empty() {
        return format!("archive {} is sound: {} preprints, revision {}\n", archive.name, archive.preprints, archive.revision);
    }
    let fault = |id: &str, message: &str| if id.is_empty() { format!("{message}\n") } else { format!("{id} {message}\n") };
    verified.faults.iter().map(|found| output::harmless(&fault(&found.id, &found.message)).trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::{Archive, ArchiveFault};

    use super::*;

    #[test]
    fn a_fault_is_a_line() {
        let fault = |id: &str, message: &str| ArchiveFault { id: id.into(), message: message.into() };
        let archive = Some(Archive { name: "lab".into(), preprints: 3, revision: "0ab".into(), ..Default::default() });
        let sound = VerifyArchiveResponse { archive: archive.clone(), faults: vec![] };
        assert_eq!(told(&sound), "archive lab is sound: 3 preprints, revision 0ab\n");
        let faults = vec![fault("AG-2026.03-1712", "holds a\nstale day"), fault("", "says too much")];
        assert_eq!(told(&VerifyArchiveResponse { archive, faults }), "AG-2026.03-1712 holds a stale day\nsays too much\n");
    }
}
