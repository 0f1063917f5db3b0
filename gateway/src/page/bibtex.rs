//! Sources as BibTeX.

use antigravity_proto::types::Source;

/// One entry for each source, under its AG id. Titles keep their LaTeX, which is what BibTeX wants; braces that don't match would end an
/// entry in its middle, and are left out.
pub(super) fn entries(sources: &[Source]) -> String {
    sources.iter().map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(source: &Source) -> String {
    let (year, month) = (source.date.get(..4), source.date.get(5..7));
    let eprint = source.source_id.strip_prefix("arXiv:");
    let fields = [
        ("title", Some(format!("{{{}}}", balanced(&source.title)))),
        ("author", (!source.authors.is_empty()).then(|| balanced(&source.authors.join(" and ")))),
        ("year", year.map(str::to_owned)),
        ("month", month.map(str::to_owned)),
        ("eprint", eprint.map(balanced)),
        ("archiveprefix", eprint.map(|_| "arXiv".to_owned())),
        ("primaryclass", Some(balanced(&source.primary_category))),
        ("url", Some(balanced(&source.url))),
        ("note", Some(source.id.clone())),
    ];
    let written = fields
        .into_iter()
        .filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|value| format!("  {name} = {{{value}}},\n")));
    format!("@misc{{{},\n{}}}\n", source.id, written.collect::<String>())
}

/// The text on one line, its braces only where all of them match.
fn balanced(text: &str) -> String {
    let mut open = 0_i64;
    let matches = text.chars().all(|c| {
        open += i64::from(c == '{') - i64::from(c == '}');
        open >= 0
    });
    let kept: String = if matches && open == 0 { text.to_owned() } else { text.replace(['{', '}'], "") };
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_entry_holds_what_is_known() {
        let source = Source {
            id: "AG-2025.04-1494".into(),
            source_id: "arXiv:2504.11520".into(),
            title: "Strengthening\n Anomaly $A_{w}$".into(),
            authors: vec!["Adam Banda".into(), "Veronica Sanz".into()],
            date: "2025-04-15".into(),
            primary_category: "hep-ph".into(),
            ..Default::default()
        };
        let expected = "@misc{AG-2025.04-1494,\n  title = {{Strengthening Anomaly $A_{w}$}},\n  author = {Adam Banda and Veronica Sanz},\n  year = {2025},\n  month = {04},\n  eprint = {2504.11520},\n  archiveprefix = {arXiv},\n  primaryclass = {hep-ph},\n  note = {AG-2025.04-1494},\n}\n";
        assert_eq!(entries(&[source]), expected);
    }

    proptest! {
        #[test]
        fn no_title_ends_its_entry(title in "[ab{}]{0,12}") {
            let entry = entries(&[Source { title, ..Default::default() }]);
            prop_assert_eq!(entry.matches('{').count(), entry.matches('}').count());
        }
    }
}
