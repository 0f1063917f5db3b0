//! What a reader sees of an answer's Markdown, and that nothing else comes of it.

use std::path::PathBuf;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::page::html::html;

/// Every element that an answer may hold, and its attributes.
const OURS: [(&str, &[&str]); 27] = [
    ("a", &["href", "aria-describedby", "class", "rel"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &[]),
    ("div", &["class", "role", "aria-label", "tabindex"]),
    ("em", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("li", &[]),
    ("math", &["display"]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &["tabindex"]),
    ("s", &[]),
    ("span", &["class", "role", "id"]),
    ("strong", &["class"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["class"]),
    ("th", &["class", "scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

fn rendered(markdown: &str) -> String {
    let citations = |id: &PreprintId| {
        let known = ["AG-2026.03-1712", "AG-2024.07-1501"].contains(&id.as_str());
        let card = (id.number() == "1501").then(|| html! { "A title" });
        known.then(|| CitationLink { href: format!("#{}", id.as_str()), card })
    };
    blocks(markdown, &citations, &mut Anchors::new("a")).0
}

fn check(markdown: &str, expected: Expect) {
    expected.assert_eq(&rendered(markdown));
}

#[test]
fn the_parts_of_an_answer() {
    check(
        "# Title\nPlain *stress*, **bold** and `a < b`.\nOn.\n\n**A lead-in.** And ~~so~~.\n\n## Part\n\n- one\n- two\n\n3. a\n4. b\n\n> said\n\n---\n\n```rust\nlet x = \"<b>\";\n```\n",
        expect![[r#"
            <h2 id="a-1">Title</h2><p>Plain <em>stress</em>, <strong>bold</strong> and <code>a &lt; b</code>.
            On.</p><p><strong class="lead-in">A lead-in.</strong> And <s>so</s>.</p><h3 id="a-2">Part</h3><ul><li>one</li><li>two</li></ul><ol start="3"><li>a</li><li>b</li></ol><blockquote><p>said</p></blockquote><hr><pre tabindex="0"><code>let x = &quot;&lt;b&gt;&quot;;
            </code></pre>"#]],
    );
    check(
        "| a | b |\n|:-:|--:|\n| 1 | `2` |\n",
        expect![[
            r#"<div class="table" role="region" aria-label="Table" tabindex="0"><table><thead><tr><th class="centre" scope="col">a</th><th class="right" scope="col">b</th></tr></thead><tbody><tr><td class="centre">1</td><td class="right"><code>2</code></td></tr></tbody></table></div>"#
        ]],
    );
    check(
        r"So \( x \) and \[\ne\] but `\(` and \\(y\\).",
        expect![[
            r#"<p>So <math display="inline"><mi>x</mi></math> and <math display="block"><mo>≠</mo></math> but <code>\(</code> and \(y\).</p>"#
        ]],
    );
    check(
        "In $x<1$:\n\n$$E=mc^2$$\n",
        expect![[
            r#"<p>In <span class="unbroken"><math display="inline"><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>:</span></p><p><math display="block"><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math></p>"#
        ]],
    );
}

#[test]
fn citations_are_links() {
    check(
        "Found [AG-2026.03-1712, AG-2024.07-1501]; [ag\u{2011}2026.03-1712] says [AG-1999.01-1111] and [AG-nonsense].",
        expect![[
            r##"<p>Found [<span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span>, <span class="citation"><a href="#AG-2024.07-1501" aria-describedby="a-1">AG-2024.07-1501</a><span class="card" role="tooltip" id="a-1">A title</span></span>]; [<span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span>] says [AG-1999.01-1111] and [AG-nonsense].</p>"##
        ]],
    );
    check(
        "[**AG-2026.03-1712**] and AG-2026.03-1712, [AG-\n2026.03-1712]",
        expect![[
            r##"<p>[<strong><span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span></strong>] and <span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span>, [<span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span>]</p>"##
        ]],
    );
}

#[test]
fn a_citation_leads_to_us_wherever_a_model_wants_it_to_lead() {
    check(
        "[AG-2026.03-1712](https://evil.example)",
        expect![[r##"<p><span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span></p>"##]],
    );
    check(
        "[see AG-2026.03-1712 there][x]\n\n[x]: https://evil.example\n[AG-2026.03-1712]: https://evil.example",
        expect![[r##"<p>[see <span class="citation"><a href="#AG-2026.03-1712">AG-2026.03-1712</a></span> there]</p>"##]],
    );
}

#[test]
fn marks_stand_out_and_cannot_be_defined_away() {
    check(
        "It fails [no such source]. [unsupported]\n\n[unsupported]: https://evil.example",
        expect![[r#"<p>It fails <strong class="mark">no such source</strong>. <strong class="mark">unsupported</strong></p>"#]],
    );
    check(
        "| a [unsupported] |\n|---|\n",
        expect![[
            r#"<div class="table" role="region" aria-label="Table" tabindex="0"><table><thead><tr><th scope="col">a <strong class="mark">unsupported</strong></th></tr></thead><tbody></tbody></table></div>"#
        ]],
    );
}

#[test]
fn html_images_and_other_addresses_are_left_out() {
    check(
        "<script>alert(1)</script>\n\na <b onclick=x>bold</b> <!-- [unsupported] --> ![alt](https://x.org/a.png) end",
        expect![[r#"
        <p>alert(1)
        </p><p>a bold  alt end</p>"#]],
    );
    check(
        "[a](javascript:alert(1)) [b](https://x.org/?a=1&b=\"2) <https://y.org> <javascript:x> <a@b.c> [c](//x.org)",
        expect![[
            r#"<p>a b <a class="external" href="https://y.org" rel="nofollow noopener noreferrer">https://y.org</a> javascript:x a@b.c c</p>"#
        ]],
    );
    check(
        "<div>\nKept [unsupported]\n</div>\n\n<p>\n\n&lt;b&gt; &#x202e;x",
        expect![[r#"
        <p>
        Kept <strong class="mark">unsupported</strong>

        </p><p>&lt;b&gt; x</p>"#]],
    );
}

#[test]
fn an_answer_looks_the_same_in_blocks() {
    let parts = ["# One\n\n", "Text [AG-2024.07-1501].\n\n", "### Deep\n\n", "- a [AG-2024.07-1501]\n"];
    let citations = |id: &PreprintId| Some(CitationLink { href: format!("#{}", id.as_str()), card: Some(html! { "card" }) });
    let mut ids = Anchors::new("a");
    let piecewise: String = parts.iter().map(|part| blocks(part, &citations, &mut ids).0).collect();
    assert_eq!(piecewise, blocks(&parts.concat(), &citations, &mut Anchors::new("a")).0);
    assert!(piecewise.contains("<h3 id=\"a-3\">"), "{piecewise}");
}

/// No element or attribute but ours, each closed where it was opened, no address but one of the web or our own, no id twice.
fn assert_ours(html: &str) {
    let mut open = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for (at, _) in html.match_indices('<') {
        let (tag, _) = html[at + 1..].split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if !open.contains(&"math") || name == "math" {
            let (_, allowed) = OURS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("<{name}>: {html}"));
            while let Some((attribute, rest)) = attributes.trim_start().split_once("=\"") {
                let (value, rest) = rest.split_once('"').unwrap();
                assert!(allowed.contains(&attribute), "{attribute}: {html}");
                let is_own = value.starts_with("#AG-");
                assert!(
                    attribute != "href"
                        || is_own
                        || value.to_lowercase().starts_with("http://")
                        || value.to_lowercase().starts_with("https://"),
                    "{html}"
                );
                assert!(attribute != "id" || ids.insert(value.to_owned()), "{html}");
                attributes = rest;
            }
            assert_eq!(attributes.trim(), "", "{html}");
        }
        if !["br", "hr"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{html}");
}

#[test]
fn hostile_markdown_ends_in_time_and_in_place() {
    let start = std::time::Instant::now();
    for unit in [
        ">",
        "> ",
        "- ",
        "1. ",
        "[",
        "![",
        "](",
        "*",
        "**a ",
        "_",
        "`",
        "```\n",
        "<",
        "<a ",
        "<!--",
        "$",
        "$$",
        "|",
        "|a|\n|-|\n",
        "#",
        "# a\n",
        "\\",
        "&",
        "~~",
        "[a](",
        "[a](<b",
        "[AG-",
        "[AG-2026.03-1712] ",
        "[unsupported] ",
        "  - a\n",
        "\t",
        "***\n",
        "[a]: b\n",
        "\u{301}",
        "<div>\n",
    ] {
        for many in [1, 2, 3, 100, 20_000] {
            assert_ours(&rendered(&unit.repeat(many)));
        }
    }
    let nested: String = (0..2_000).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    assert_ours(&rendered(&nested));
    // Seconds at most; by the square of the length it would be many minutes.
    assert!(start.elapsed() < std::time::Duration::from_secs(60));
}

#[test]
fn security_corpora_make_no_markup_of_their_own_needs_shared_data() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/security");
    if !folder.is_dir() {
        println!("SKIPPED: no ../shared/data here");
        return;
    }
    for payload in crate::page::payloads::all(&folder) {
        assert_ours(&rendered(&payload));
        for (before, after) in [
            ("a ", " b [AG-2026.03-1712]"),
            ("[a](", ")"),
            ("![", "](x)"),
            ("- ", ""),
            ("| ", " |\n|---|\n"),
            ("`", "`"),
            ("[x]: ", "\n\n[x]"),
        ] {
            assert_ours(&rendered(&format!("{before}{payload}{after}")));
        }
    }
}

fn markdown() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z0-9<>&\"' ]{1,4}",
        r"\*|\*\*|_|`|```|~~|#|##|>|-|1\.|\||\[|\]|\(|\)|!|\\|\$|\$\$|:|\n|\n\n|  |    ",
        proptest::sample::select(vec![
            "[AG-2026.03-1712]",
            "[AG-2024.07-1501, AG-2026.03-1712]",
            "AG-2026.03-1712",
            " [unsupported]",
            "[no such source]",
            "[a](https://x.org)",
            "](https://y.org)",
            "](javascript:alert(1))",
            "<https://x.org>",
            "<script>",
            "</p>",
            "<img src=x onerror=y>",
            "<!--",
            "-->",
            "<![CDATA[",
            "<?",
            "|---|---|\n",
            "| a | b |\n",
            "[unsupported]: https://x.org\n",
            "[x]: <https://x.org>\n",
            "&lt;",
            "&#0;",
            "\u{202e}",
            "\u{0}",
            "- [ ] ",
            "[^1]",
            "$x<y$",
            "$\\operatorname{<b>}$",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_but_ours_comes_of_markdown(markdown in markdown()) {
        assert_ours(&rendered(&markdown));
    }

    #[test]
    fn nothing_but_ours_comes_of_anything(text in "\\PC*") {
        assert_ours(&rendered(&text));
    }

    /// Whatever a model writes around it, a mark that the answerer set at the end of a paragraph is seen as one, unless the paragraph is code,
    /// mathematics, an address or a comment, where it stands as it is or is left out with all the rest.
    #[test]
    fn a_mark_is_seen(before in "[a-z]{1,9}([*_~>#-]{1,3}[a-z ]{1,9}){0,3}", after in "[a-z .]{0,9}(\n\n\\[unsupported\\]: https://x.org)?") {
        let html = rendered(&format!("{before}. [unsupported] {after}"));
        prop_assert!(html.contains("<strong class=\"mark\">unsupported</strong>"), "{}", html);
    }
}
