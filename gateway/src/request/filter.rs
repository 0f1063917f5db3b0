//! Which preprints a request may draw on.

use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Filter, Reason};
use antigravity_text::{Conditions, WrittenConditions};

use super::Fields;

impl Fields {
    /// Checks every condition of a filter, and writes the ids in it in their canonical form. The rest passes on as it was given: the
    /// retriever reads it by the same rules.
    pub(crate) fn filter(self, mut filter: Filter) -> Result<Filter, Problem> {
        let Filter { categories, from_date, to_date, authors, exclude_ids } = &filter;
        let read = Conditions::read(&WrittenConditions { categories, from_date, to_date, authors, exclude_ids })
            .map_err(|error| self.refuse(Reason::FilterInvalid, &format!("filter.{}", error.field), error.message))?;
        filter.exclude_ids = read.excluded.iter().map(ToString::to_string).collect();
        Ok(filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_to_exclude_are_written_canonically_and_the_rest_is_kept() {
        let given = Filter {
            categories: vec!["hep-*".into()],
            from_date: "2024".into(),
            authors: vec!["  Noether, Emmy ".into()],
            exclude_ids: vec!["[ag-2026.03-1712]".into()],
            ..Default::default()
        };
        let checked = Fields::of_the_request().filter(given.clone()).unwrap();
        assert_eq!(checked, Filter { exclude_ids: vec!["AG-2026.03-1712".into()], ..given });
    }
}
