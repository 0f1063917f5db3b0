//! What a reader sees of LaTeX, and that nothing else comes of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::vetted::{ATTRIBUTES, ELEMENTS};
use super::*;

fn check(latex: &str, expected: Expect) {
    expected.assert_eq(&text(latex).0);
}

#[test]
fn words_and_formulas() {
    check(
        "Schr\\\"odinger at 5\\% of $H_0$",
        expect![[r#"Schrödinger at 5% of <math display="inline"><msub><mi>H</mi><mn>0</mn></msub></math>"#]],
    );
    check(
        r"\textit{Planck} finds $\Lambda$CDM -- <b>not</b> & $m<3\,\MeV$",
        expect![[
            r#"Planck finds <math display="inline"><mi mathvariant="normal">Λ</mi></math>CDM – &lt;b&gt;not&lt;/b&gt; &amp; <math display="inline"><mi>m</mi><mo>&lt;</mo><mn>3</mn><mspace width="0.16666667em"></mspace><mrow><mi mathvariant="normal">M</mi><mi mathvariant="normal">e</mi><mi mathvariant="normal">V</mi></mrow></math>"#
        ]],
    );
    check(
        r"so \(x\) and \[\sum_i x_i\] end",
        expect![[
            r#"so <math display="inline"><mi>x</mi></math> and <math display="block"><munder><mo movablelimits="false">∑</mo><mi>i</mi></munder><msub><mi>x</mi><mi>i</mi></msub></math> end"#
        ]],
    );
}

#[test]
fn broken_latex_stands_as_it_is() {
    check(
        r"a $\evMV_2$ and $x}$ and $5",
        expect![[r#"a <span class="latex">$\evMV_2$</span> and <span class="latex">$x}$</span> and $5"#]],
    );
    check(
        r"$\operatorname{<img src=x onerror=alert(1)>}$",
        expect![[r#"<span class="latex">$\operatorname{&lt;img src=x onerror=alert(1)&gt;}$</span>"#]],
    );
    check(r"$\def\a{b}\a$ <script>", expect![[r#"<span class="latex">$\def\a{b}\a$</span> &lt;script&gt;"#]]);
}

#[test]
fn text_within_a_formula_is_read() {
    check(
        r"\(a\text{ if $x$ is \textbf{odd}}\mathop{\rm Tr}x\)",
        expect![[
            r#"<span class="long"><math display="inline"><mi>a</mi><mtext>&nbsp;if x is odd</mtext><mspace width="0.1667em"></mspace><mi>Tr</mi><mo>⁡</mo><mspace width="0.1667em"></mspace><mi>x</mi></math></span>"#
        ]],
    );
}

#[test]
fn what_would_need_a_style_attribute_goes_without() {
    check(
        r"$\color{red}a\!b$",
        expect![[r#"<span class="long"><math display="inline"><mi>a</mi><mspace width="0em"></mspace><mi>b</mi></math></span>"#]],
    );
    check(
        r"$\begin{pmatrix}a&b\\[1em]c&d\end{pmatrix}$",
        expect![[
            r#"<span class="long"><math display="inline"><mrow><mo stretchy="true">(</mo><mtable class="menv-arraylike"><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable><mo stretchy="true">)</mo></mrow></math></span>"#
        ]],
    );
}

#[test]
fn evidence_is_marked_and_formulas_are_marked_whole() {
    let abstract_text = "We measure $H_0$ well. It is $70$.";
    for (marks, expected) in [
        (&[][..], "We measure MATH well. It is [MATH.]"),
        (&[(0, 22)], "<mark>We measure MATH well.</mark> It is [MATH.]"),
        (&[(13, 14)], "We measure <mark>MATH</mark> well. It is [MATH.]"),
        (&[(0, 2), (23, 34)], "<mark>We</mark> measure MATH well. <mark>It is [MATH.]</mark>"),
        (&[(30, 99), (50, 60)], "We measure MATH well. It is <mark>[MATH.]</mark>"),
        (&[(22, 22)], "We measure MATH well. It is [MATH.]"),
    ] {
        let ranges: Vec<_> = marks.iter().map(|(start, end)| *start..*end).collect();
        let shown = highlighted(abstract_text, &ranges).0;
        let mut short = String::new();
        let mut rest = shown.as_str();
        while let Some((before, after)) = rest.split_once("<math") {
            short.push_str(before);
            short.push_str("MATH");
            rest = after.split_once("</math>").unwrap().1;
        }
        let expected = expected.replace('[', "<span class=\"unbroken\">").replace(']', "</span>");
        assert_eq!(short + rest, expected, "{marks:?}");
    }
}

/// Also prints the ones that don't: `cargo nextest run -p antigravity-gateway formulas_of_real --no-capture`.
#[test]
fn formulas_of_real_titles_and_abstracts_needs_shared_data() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !folder.is_dir() {
        println!("SKIPPED: no ../shared/data here");
        return;
    }
    let records = std::fs::read_to_string(folder.join("arxiv_sample.jsonl")).unwrap();
    let mut found = 0;
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        for field in ["title", "abstract"] {
            let text = record[field].as_str().unwrap();
            for span in math_spans(text).into_iter().filter(|span| text[span.outer.clone()].starts_with('$')) {
                found += 1;
                let latex = &text[span.inner];
                match typeset(latex, Layout::Inline) {
                    Ok(shown) => assert_ours(&shown.0),
                    Err(reason) => refused.entry(reason.to_string()).or_default().push(format!("{latex}   ({})", record["id"])),
                }
            }
        }
    }
    let lost: usize = refused.values().map(Vec::len).sum();
    println!("{} of {found} formulas are typeset ({:.2} %); the others:", found - lost, 100.0 * (found - lost) as f64 / found as f64);
    for (reason, formulas) in refused {
        println!("{reason}:\n    {}", formulas.join("\n    "));
    }
    assert!(lost * 100 <= found, "{lost} of {found} are not typeset");
}

/// No element or attribute but ours, and everything closed.
fn assert_ours(html: &str) {
    let mut open = Vec::new();
    for (at, _) in html.match_indices('<') {
        let (tag, _) = html[at + 1..].split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(ELEMENTS.contains(&name) || ["span", "mark"].contains(&name), "{html}");
        for attribute in attributes.split("\" ").filter(|attribute| !attribute.is_empty()) {
            assert!(ATTRIBUTES.contains(&attribute.split_once("=\"").unwrap().0), "{html}");
        }
        open.push(name);
    }
    assert!(open.is_empty(), "{html}");
}

#[test]
fn hostile_formulas_end_in_time_and_in_place() {
    let start = std::time::Instant::now();
    for unit in [
        r"\hat",
        r"\mathrm\hat",
        r"\frac{}",
        r"\overset a",
        r"\sqrt",
        "{",
        "}",
        "$",
        r"\(",
        "x^",
        "^",
        "_{_",
        r"\left(",
        r"\right)",
        r"\frac",
        r"\not",
        r"\text{",
        "&",
        r"\\",
        r"\over ",
        r"\begin{matrix}",
        r"\begin{array}{|c",
        r"\ket",
        r"\operatorname{",
        r"\mathop",
        r"\mathrm",
        r"\bar{",
        "'",
        r"\color{red}",
        r"\kern-1em",
        r"\unicode{x",
        r"\verb|",
        "%",
        "#1",
        "~",
        "\u{301}",
        "\u{202e}",
        r"\char",
        r"\relax",
        r"\substack{",
        r"\href{a",
        r"\abs",
        r"\limits",
    ] {
        for many in [1, 2, 3, 50, 51, 200, 400, 30_000] {
            for around in [("$", "$"), ("$$", "$$"), ("\\(", "\\)"), ("$a", "b$"), ("$\\text{", "}$")] {
                assert_ours(&text(&format!("{}{}{}", around.0, unit.repeat(many), around.1)).0);
            }
        }
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(60));
}

#[test]
fn security_corpora_make_no_markup_needs_shared_data() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/security");
    if !folder.is_dir() {
        println!("SKIPPED: no ../shared/data here");
        return;
    }
    for payload in crate::page::payloads::all(&folder) {
        assert_ours(&text(&payload).0);
        for (before, after) in [("$", "$"), (r"$\text{", "}$"), (r"$\operatorname{", "}$")] {
            assert_ours(&text(&format!("{before}{payload}{after}")).0);
        }
    }
}

fn latex() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z0-9<>&\"' ]{1,3}",
        "\\\\[a-zA-Z]{1,3}",
        r"\$|\$\$|\{|\}|\^|_|&|\\\\|%|#|~|\[|\]|'|!|-|=|\\!|\\,|\\\(|\\\)|\\\[|\\\]",
        proptest::sample::select(vec![
            "\\frac",
            "\\sqrt",
            "\\text{",
            "\\operatorname{",
            "\\mathop{",
            "\\left(",
            "\\right)",
            "\\left.",
            "\\right|",
            "\\begin{matrix}",
            "\\end{matrix}",
            "\\begin{array}{c|c}",
            "\\end{array}",
            "\\begin{cases}",
            "\\end{cases}",
            "\\begin{aligned}",
            "\\end{aligned}",
            "\\hline",
            "\\\\[1em]",
            "\\over",
            "\\not",
            "\\hat",
            "\\overset",
            "\\underbrace",
            "\\substack",
            "\\color{red}",
            "\\textcolor",
            "\\colorbox{blue}",
            "\\hspace{1em}",
            "\\kern-2em",
            "\\mkern3mu",
            "\\big<",
            "\\smallint",
            "\\sum",
            "\\limits",
            "\\unicode{x3c}",
            "\\char60",
            "\\raise",
            "\\rule{1em}{2em}",
            "\\genfrac",
            "\\ket",
            "\\slashed",
            "\\href",
            "<script>",
            "</math>",
            "<mi>",
            "&lt;",
            "\u{301}",
            "é",
            "𝔸",
            "\u{0}",
            "\u{202e}",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(word, 0..16).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_but_ours_comes_of_latex(latex in latex()) {
        assert_ours(&text(&format!("${latex}$")).0);
        assert_ours(&text(&latex).0);
        assert_ours(&display(&latex).0);
        assert_ours(&inline(&latex).0);
    }

    #[test]
    fn nothing_but_ours_comes_of_anything(text in "\\PC*", from in 0_usize..80, length in 0_usize..80) {
        assert_ours(&highlighted(&text, &[from..from + length, length..length + 3]).0);
    }
}
