//! The tests of `read.rs`, in a file of their own for their length: one right record, and all that can be wrong with one as a table.

use proptest::prelude::*;

use super::*;

const TODAY: Date = Date::constant(2026, 11, 24);

fn right() -> PreprintRecord {
    PreprintRecord {
        source_id: "arXiv:2603.25794v2".into(),
        title: " A title\n  over two lines ".into(),
        abstract_text: " We search. We find nothing.\n".into(),
        authors: vec!["Ada  Lovelace".into(), " ".into()],
        categories: vec!["hep-ph".into(), "hep-ex".into(), "hep-ph".into()],
        date: "2026-03-17".into(),
        ..Default::default()
    }
}

type Change = fn(&mut PreprintRecord);

fn changed(change: Change) -> Result<Brought, Refusal> {
    let mut record = right();
    change(&mut record);
    read(record, TODAY)
}

#[test]
fn a_right_record_is_read_into_one_form() {
    let Brought { ag_id, content } = read(right(), TODAY).unwrap();
    assert_eq!(ag_id, None);
    assert_eq!(content.source.as_str(), "arXiv:2603.25794");
    assert_eq!(content.title, "A title over two lines");
    assert_eq!(content.abstract_text, "We search. We find nothing.");
    assert_eq!(content.origin, TextOrigin::Authors);
    assert_eq!(content.authors, ["Ada Lovelace"]);
    assert_eq!((content.primary_category.as_str(), content.categories), ("hep-ph", vec!["hep-ph".to_owned(), "hep-ex".to_owned()]));
    assert_eq!((content.date, content.precision), (Date::constant(2026, 3, 17), DatePrecision::Day));
}

#[test]
fn what_is_left_out_is_filled_in() {
    let title_only = changed(|r| r.abstract_text = " ".into()).unwrap().content;
    assert_eq!((title_only.origin, title_only.text().as_str()), (TextOrigin::TitleOnly, "A title over two lines"));
    let month = changed(|r| r.date = "2026-03".into()).unwrap().content;
    assert_eq!((month.date, month.precision), (Date::constant(2026, 3, 1), DatePrecision::Month));
    let month = changed(|r| r.date_precision = DatePrecision::Month.into()).unwrap().content;
    assert_eq!((month.date, month.precision), (Date::constant(2026, 3, 1), DatePrecision::Month));
    let primary = changed(|r| r.primary_category = "cs.LG".into()).unwrap().content;
    assert_eq!((primary.primary_category.as_str(), primary.categories.len()), ("cs.LG", 3));
    let primary_alone = changed(|r| (r.primary_category, r.categories) = ("cs.LG".into(), vec![])).unwrap().content;
    assert_eq!(primary_alone.categories, ["cs.LG"]);
}

#[test]
fn ag_ids_are_given_with_three_or_four_digits_or_are_the_derived_one() {
    for text in ["AG-2026.03-1712", "AG-2025.03-220", "AG-2026.03-25794"] {
        let mut record = right();
        record.ag_id = text.into();
        assert_eq!(read(record, TODAY).unwrap().ag_id.unwrap().as_str(), text);
    }
}

#[test]
fn every_refusal_names_the_field_what_is_wrong_and_what_to_do() {
    let table: [(Change, &str, &[&str]); 27] = [
        (|r| r.source_id.clear(), "source_id: ", &["2603.25794"]),
        (|r| r.source_id = "abs/0211481".into(), "source_id: ", &["abs"]),
        (|r| r.source_id = "2613.00001".into(), "source_id: ", &["2613.00001"]),
        (|r| r.ag_id = "AG-2026.03-01712".into(), "ag_id: ", &["AG-2026.03-01712", "three or four digits"]),
        (|r| r.ag_id = "1712".into(), "ag_id: ", &["1712", "AG-2026.03-1712"]),
        (|r| r.title = " \n".into(), "title: ", &["empty"]),
        (|r| r.title = "x".repeat(2_001), "title: ", &["2001", "2000"]),
        (|r| r.abstract_text = "x".repeat(20_001), "abstract_text: ", &["20001", "20000"]),
        (|r| r.text_origin = TextOrigin::TitleOnly.into(), "text_origin: ", &["title only"]),
        (|r| (r.text_origin, r.abstract_text) = (TextOrigin::Summary.into(), String::new()), "text_origin: ", &["there is none"]),
        (|r| (r.text_origin, r.abstract_text) = (TextOrigin::Authors.into(), String::new()), "text_origin: ", &["there is none"]),
        (|r| r.categories.clear(), "categories: ", &["empty", "hep-ph"]),
        (|r| r.categories.push(" ".into()), "categories: ", &["no category"]),
        (|r| r.categories.push("hep ph".into()), "categories: ", &["`hep ph`"]),
        (|r| r.categories.push("hep-*".into()), "categories: ", &["`hep-*`"]),
        (|r| r.primary_category = "x".repeat(41), "categories: ", &["no category"]),
        (|r| r.categories = (0..51).map(|n| format!("c{n}")).collect(), "categories: ", &["51", "50"]),
        (|r| r.date.clear(), "date: ", &["empty", "YYYY-MM-DD"]),
        (|r| r.date = "2026".into(), "date: ", &["`2026`", "YYYY-MM"]),
        (|r| r.date = "17 March 2026".into(), "date: ", &["`17 March 2026`"]),
        (|r| r.date = "2026-02-29".into(), "date: ", &["`2026-02-29`"]),
        (|r| r.date = "0026-03-17".into(), "date: ", &["0026-03-17", "1900-01-01"]),
        (|r| r.date = "2062-03-17".into(), "date: ", &["2062-03-17", "future"]),
        (|r| (r.date, r.date_precision) = ("2026-03".into(), DatePrecision::Day.into()), "date_precision: ", &["2026-03"]),
        (|r| r.authors = vec!["x".repeat(501)], "authors: ", &["501"]),
        (|r| r.authors = vec!["x".into(); 10_001], "authors: ", &["10001"]),
        (|r| r.comments = "x".repeat(5_001), "comments: ", &["5001"]),
    ];
    for (change, start, parts) in table {
        let refusal = changed(change).unwrap_err().to_string();
        assert!(refusal.starts_with(start), "{refusal}");
        for part in parts {
            assert!(refusal.contains(part), "{refusal} lacks {part}");
        }
    }
}

#[test]
fn tomorrow_is_not_the_future_yet() {
    assert!(changed(|r| r.date = "2026-11-25".into()).is_ok());
    assert!(changed(|r| r.date = "2026-11-26".into()).is_err());
}

proptest! {
    #[test]
    fn never_panics_and_is_stable(source in ".{0,20}", ag in ".{0,20}", title in ".{0,30}", text in ".{0,30}", category in ".{0,10}", date in ".{0,12}") {
        let record = PreprintRecord {
            source_id: source, ag_id: ag, title, abstract_text: text, categories: vec![category], date, ..Default::default()
        };
        let _ = read(record, TODAY);
    }

    /// White space doesn't make another record.
    #[test]
    fn wrapping_changes_nothing(words in proptest::collection::vec("[a-z$\\\\]{1,6}", 1..8), breaks in proptest::collection::vec("[ \n\t]{1,3}", 8)) {
        let wrapped: String = words.iter().zip(&breaks).flat_map(|(word, gap)| [word.as_str(), gap.as_str()]).collect();
        let of = |title: String| read(PreprintRecord { title, ..right() }, TODAY).unwrap();
        prop_assert_eq!(of(wrapped), of(words.join(" ")));
    }
}
