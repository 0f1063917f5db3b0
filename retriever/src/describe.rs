//! An archive's census as a message.

use antigravity_proto::types::{Archive, HarvestMark};
use antigravity_text::ArchiveName;

use crate::census::Census;
use crate::index::schema::SCHEMA_VERSION;

/// What an archive holds, as the contract shows it.
pub(crate) fn describe(name: &ArchiveName, census: &Census, model: &str, harvest_marks: Vec<HarvestMark>) -> Archive {
    let (earliest_date, latest_date) = census.date_span();
    Archive {
        name: name.to_string(),
        preprints: census.preprints(),
        categories: census.categories(),
        earliest_date,
        latest_date,
        revision: census.revision(),
        embedding_model: model.to_owned(),
        schema_version: SCHEMA_VERSION,
        harvest_marks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_archive_is_zeros_and_still_names_its_model() {
        let archive = describe(&"preprints".parse().unwrap(), &Census::default(), "some/model", Vec::new());
        assert_eq!((archive.preprints, archive.revision.as_str()), (0, "0".repeat(64).as_str()));
        assert_eq!((archive.embedding_model.as_str(), archive.schema_version), ("some/model", SCHEMA_VERSION));
        assert!(archive.categories.is_empty() && archive.earliest_date.is_empty() && archive.latest_date.is_empty());
    }
}
