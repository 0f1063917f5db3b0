//! `antigravity evaluate grounding`: claims whose support is known, judged by the check that answers go through.

use crate::{
    cli::GroundingEvaluation,
    evaluate::{ClaimSet, GroundingReport, judge, verdict_lines},
    failure::Failure,
    output,
    progress::Stage,
};

/// Judges, and reports. No archive is opened: the set brings its texts.
pub(crate) fn run(arguments: &GroundingEvaluation) -> Result<(), Failure> {
    let set = ClaimSet::read(&arguments.claims)?;
    let stage = Stage::new("checking the claims");
    // Seconds of computing while nothing else runs in this process.
    let (found, report) = tokio::task::block_in_place(|| {
        let found = judge(&set);
        stage.set("resampling".to_owned());
        let report = GroundingReport::new(&set, &found);
        (found, report)
    });
    stage.clear();
    if let Some(path) = &arguments.verdicts {
        std::fs::write(path, verdict_lines(&set, &found)).map_err(|source| Failure::File { path: path.clone(), source })?;
    }
    output::print(&if arguments.json { format!("{:#}\n", report.json()) } else { report.table() })
}
