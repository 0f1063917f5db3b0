//! Sources as BibTeX. The same entries as the Python client writes (`proto/python/src/antigravityqa/bibtex.py`).

use antigravity_proto::types::Source;
use antigravity_text::math_spans;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// One entry for each source, under its AG id, of which there is one.
pub(super) fn entries(sources: &[Source]) -> String {
    sources.iter().map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(source: &Source) -> String {
    let (scheme, number) = source.source_id.split_once(':').unwrap_or((source.source_id.as_str(), ""));
    let is_arxiv = scheme.eq_ignore_ascii_case("arxiv");
    let authors: Vec<String> = source.authors.iter().map(|name| author(name)).filter(|name| !name.is_empty()).collect();
    let fields = [
        ("title", braced(&format!("{{{}}}", latex(&source.title)))),
        ("author", braced(&authors.join(" and "))),
        ("year", braced(&plain(source.date.get(..4).unwrap_or_default()))),
        ("month", month(source.date.get(5..7).unwrap_or_default())),
        ("eprint", braced(&plain(if is_arxiv { number } else { &source.source_id }))),
        ("archiveprefix", braced(if is_arxiv { "arXiv" } else { "" })),
        ("primaryclass", braced(&if is_arxiv { plain(&source.primary_category) } else { String::new() })),
        ("url", braced(&plain(&source.url))),
    ];
    let key: String = source.id.chars().filter(|c| c.is_alphanumeric() || "_.:/+-".contains(*c)).collect();
    let written: String =
        fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("  {name} = {value},\n")).collect();
    format!("@misc{{{key},\n{written}}}\n")
}

/// Empty where there is nothing to be told.
fn braced(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{{{value}}}") }
}

/// BibTeX's own name of a month, which each style writes in its way.
fn month(number: &str) -> String {
    let name = number.parse::<usize>().ok().and_then(|number| MONTHS.get(number.checked_sub(1)?));
    name.map_or_else(|| braced(&plain(number)), |name| (*name).to_owned())
}

/// A collaboration is one name, `and` within one would make two, and one has two commas at most.
fn author(name: &str) -> String {
    let latex = latex(name);
    let is_one_of = |word: &str| ["and", "collaboration", "team", "consortium"].contains(&word.to_lowercase().as_str());
    let is_whole = latex.split(|c: char| !c.is_alphanumeric()).any(is_one_of) || latex.matches(',').count() > 2;
    if is_whole { braced(&latex) } else { latex }
}

/// Words with LaTeX among them, on one line: mathematics and macros stay, and outside of mathematics what LaTeX reads is escaped.
fn latex(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = if is_balanced(&line) { line } else { without_braces(&line) };
    let mut written = String::with_capacity(line.len());
    let mut at = 0;
    for span in math_spans(&line) {
        // Dollars in another delimiter's mathematics would open some of their own.
        let (Some(words), Some(formula)) = (line.get(at..span.outer.start), line.get(span.outer.clone())) else { continue };
        written.push_str(&escaped(words));
        written.push_str(formula);
        at = span.outer.end;
    }
    written.push_str(&escaped(line.get(at..).unwrap_or_default()));
    written
}

/// Each sign that isn't escaped already, escaped: those that LaTeX reads, and the dollar that opens no mathematics.
fn escaped(words: &str) -> String {
    let mut written = String::with_capacity(words.len());
    let mut characters = words.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            // A last one would take the closing brace for its own.
            (_, true) => written.extend(characters.next().into_iter().flat_map(|next| [c, next])),
            ('&' | '%' | '#' | '_' | '$', _) => written.extend(['\\', c]),
            _ => written.push(c),
        }
    }
    written
}

/// BibTeX counts escaped braces too, and would read on to the end of the file.
fn is_balanced(text: &str) -> bool {
    let mut open = 0_i64;
    let never_short = text.chars().all(|c| {
        open += i64::from(c == '{') - i64::from(c == '}');
        open >= 0
    });
    never_short && open == 0
}

fn without_braces(text: &str) -> String {
    let named = [("\\{", "{"), ("\\}", "}")].into_iter().fold(text.to_owned(), |text, (escaped, brace)| text.replace(escaped, brace));
    named.chars().fold(String::new(), |mut written, c| {
        match c {
            '{' => written.push_str("\\textbraceleft{}"),
            '}' => written.push_str("\\textbraceright{}"),
            c => written.push(c),
        }
        written
    })
}

/// Ids, links and categories: whatever could end the entry is left out.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | '\\' | '"')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_entry_holds_what_is_known() {
        let source = Source {
            id: "AG-2026.03-1712".into(),
            source_id: "arXiv:2603.25794".into(),
            title: r"Latent $H_0$ spaces & 5 % of C# in_situ, \'etude of $\sqrt{s}=13$ TeV".into(),
            authors: ["Ada Lovelace", "Müller, Jürgen", "The A and B Collaboration"].map(str::to_owned).to_vec(),
            primary_category: "hep-ph".into(),
            date: "2026-03-26".into(),
            url: "https://arxiv.org/abs/2603.25794".into(),
            ..Default::default()
        };
        let expected = r"@misc{AG-2026.03-1712,
  title = {{Latent $H_0$ spaces \& 5 \% of C\# in\_situ, \'etude of $\sqrt{s}=13$ TeV}},
  author = {Ada Lovelace and Müller, Jürgen and {The A and B Collaboration}},
  year = {2026},
  month = mar,
  eprint = {2603.25794},
  archiveprefix = {arXiv},
  primaryclass = {hep-ph},
  url = {https://arxiv.org/abs/2603.25794},
}
";
        assert_eq!(entries(&[source]), expected);
        let unknown = Source { id: "AG-2026.03-1".into(), source_id: "lab:7".into(), title: "T".into(), ..Default::default() };
        assert_eq!(entries(&[unknown]), "@misc{AG-2026.03-1,\n  title = {{T}},\n  eprint = {lab:7},\n}\n");
    }

    #[test]
    fn what_is_escaped_already_stays() {
        for (title, written) in [
            (r"A \& B", r"A \& B"),
            (r"A \\& B", r"A \\\& B"),
            ("5$ & 6", r"5\$ \& 6"),
            ("a\n b", "a b"),
            ("{A} b", "{A} b"),
            ("a {b c", r"a \textbraceleft{}b c"),
            ("a\\", "a"),
            (r"\(x_1\) & y_1", r"\(x_1\) \& y\_1"),
        ] {
            assert_eq!(latex(title), written);
        }
    }

    proptest! {
        /// As BibTeX reads it: a value ends with the brace that closes its first one, whatever is escaped.
        #[test]
        fn no_text_ends_its_entry(text in r"([ab ,{}$%@&]|\\|\\\{| and ){0,9}") {
            let source = Source { title: text.clone(), authors: vec![text.clone()], url: text.clone(), date: text, ..Default::default() };
            let entry = entry(&source);
            let body = entry.strip_prefix("@misc{").and_then(|entry| entry.strip_suffix("}\n")).unwrap();
            prop_assert!(is_balanced(body), "{entry}");
            prop_assert!(!escaped(&source.title).replace("\\\\", "").ends_with('\\'));
            for field in body.split("\n  ").skip(1) {
                prop_assert!(is_balanced(field), "{field}");
            }
        }
    }
}
