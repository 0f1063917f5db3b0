//! What an archive holds, as text.

use antigravity_proto::types::Archive;

use crate::harvest;

use super::{
    Canvas,
    style::{Look, Span, Tint},
    wrap::wrap,
};

/// How many categories are listed before the rest is summed up.
const LISTED: usize = 24;

/// Count, dates, categories, revision and model.
pub(crate) fn describe(archive: &Archive, canvas: Canvas) -> String {
    let mut rows = vec![("preprints", archive.preprints.to_string())];
    if !archive.earliest_date.is_empty() {
        rows.push(("dates", format!("{} to {}", archive.earliest_date, archive.latest_date)));
        rows.push(("categories", categories(archive)));
    }
    rows.push(("revision", archive.revision.clone()));
    rows.push(("embedding model", archive.embedding_model.clone()));
    for mark in &archive.harvest_marks {
        let day = harvest::day(mark).map_or_else(String::new, |day| format!("up to {day} "));
        rows.push(("harvested", format!("{day}from {} {}", mark.endpoint, mark.set)));
    }
    let mut lines = vec![canvas.paint(&format!("Archive {}", archive.name), Look::BOLD)];
    let hang = " ".repeat(19);
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let label = canvas.paint(&format!("  {name:15}  "), Look::of(Tint::Quiet));
        lines.extend(wrap(&[Span::new(value, Look::default())], &label, &hang, canvas));
    }
    if archive.preprints == 0 {
        lines.push("It is empty; fill it with `antigravity index FILE`.".to_owned());
    }
    lines.join("\n") + "\n"
}

fn categories(archive: &Archive) -> String {
    let mut parts: Vec<String> =
        archive.categories.iter().take(LISTED).map(|count| format!("{} {}", count.category, count.preprints)).collect();
    if let Some(more) = archive.categories.len().checked_sub(LISTED).filter(|more| *more > 0) {
        parts.push(format!("{more} more"));
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::{CategoryCount, HarvestMark};
    use expect_test::expect;

    use super::*;

    #[test]
    fn an_archive_and_an_empty_one() {
        let archive = Archive {
            name: "default".into(),
            preprints: 74,
            categories: vec![
                CategoryCount { category: "hep-ph".into(), preprints: 40 },
                CategoryCount { category: "cs.LG".into(), preprints: 20 },
            ],
            earliest_date: "2019-11-20".into(),
            latest_date: "2026-04-30".into(),
            revision: "00ff".into(),
            embedding_model: "all-MiniLM-L6-v2".into(),
            harvest_marks: vec![HarvestMark {
                endpoint: "http://oai.example.org/oai".into(),
                set: "physics:hep-ph".into(),
                datestamp: Some(prost_types::Timestamp { seconds: 1_790_000_000, nanos: 0 }),
            }],
            ..Default::default()
        };
        expect![[r#"
            Archive default
              preprints        74
              dates            2019-11-20 to 2026-04-30
              categories       hep-ph 40 · cs.LG 20
              revision         00ff
              embedding model  all-MiniLM-L6-v2
              harvested        up to 2026-09-21 from http://oai.example.org/oai physics:hep-ph
        "#]]
        .assert_eq(&describe(&archive, Canvas::Plain));
        let empty = Archive { name: "lab".into(), embedding_model: "all-MiniLM-L6-v2".into(), ..Default::default() };
        expect![[r#"
            Archive lab
              preprints        0
              embedding model  all-MiniLM-L6-v2
            It is empty; fill it with `antigravity index FILE`.
        "#]]
        .assert_eq(&describe(&empty, Canvas::Plain));
    }
}
