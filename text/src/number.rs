//! Numbers, however they are written, so that a claim's can be looked for in its source.

mod exact;
mod power;
mod scan;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use crate::latex::{Glyph, glyphs_without_ids};

/// One number of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Bytes of the original, from sign to exponent, scale word or percent sign; the unit is outside.
    pub span: Range<usize>,
    /// The value as written: `5` for `5 %`, `3000000` for `3 million`. Infinite beyond an f64.
    pub value: f64,
    /// The exact value in one spelling: `1000` for `1,000`, `1000.0` and `10^3`; `2.4e-15` for `2.4 \times 10^{-15}`. Trailing zeros are
    /// dropped, so precision does not count.
    pub canonical: String,
    /// A percentage.
    pub percent: bool,
    /// How it is written.
    pub form: Form,
    /// The unit that follows, in lower case (`tev`, `fb`, `mpc`, `sigma`), if it is one that can't be mistaken for a symbol.
    pub unit: Option<String>,
}

/// How a number is written. One in words is often none (`one can show`, `at first`, `double-blind`), so treat it more gently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `12`, `1.2e3`.
    Digits,
    /// `twelve`, `ninety-nine`, `two hundred thousand`.
    Cardinal,
    /// `third`, `twenty-first`, `3rd`.
    Ordinal,
    /// `two-thirds`, `a quarter of`, `half`.
    Fraction,
    /// `twice`, `doubled`, `twofold`, `two-fold`.
    Multiple,
}

/// All numbers, in order.
///
/// Understood, in plain text and LaTeX: signs, decimals, thousands commas and thin spaces, powers of ten (`10^{-15}`, `2.4 \times 10^{-15}`,
/// `×10^-15`, `10⁻¹⁵`, `2.4e-15`), percentages (`5\%`, `5 percent`; in `5–10%` and `5 ± 1%` both), scale words (`3 million`), numbers of a range,
/// and all [`Form`]s in words.
///
/// No numbers: digits of AG ids, of arXiv ids, and of names, that is, digits that touch letters (`H0`, `Lambda5`, `GW170817`, `2dFGRS`, `3D`),
/// sub- and superscripts (`x^2`, `fb^{-1}`), arguments of groups (`SU(2)`), versions (`1.2.3`). Digits apart from their name (`Run 2`,
/// `Planck 2018`, `GPT-4`) are numbers: to swap them is a mistake worth finding.
pub fn numbers(text: &str) -> Vec<Number> {
    numbers_of(text, &glyphs_without_ids(text))
}

/// The same, of a text that was read.
pub(crate) fn numbers_of(text: &str, glyphs: &[Glyph]) -> Vec<Number> {
    scan::scan(text, glyphs)
}

/// Whether two numbers say the same: equal exactly, percentages as hundredths (`5 %` agrees with `0.05`), not under two different units, and a
/// place in an order only with another one.
/// Units are not converted: `1 TeV` and `1000 GeV` disagree. Rounding is not forgiven.
pub fn agree(a: &Number, b: &Number) -> bool {
    let same_unit = match (&a.unit, &b.unit) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    same_unit && (a.form == Form::Ordinal) == (b.form == Form::Ordinal) && hundredths(a) == hundredths(b)
}

fn hundredths(number: &Number) -> Cow<'_, str> {
    if number.percent { exact::shifted(&number.canonical, -2).into() } else { number.canonical.as_str().into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Vec<String> {
        let show = |number: Number| format!("{}{}", number.canonical, if number.percent { "%" } else { "" });
        numbers(text).into_iter().map(show).collect()
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("1,000 1000 1000.0 10^3 $10^{3}$ 1e3 1E+3 10³", "1000 1000 1000 1000 1000 1000 1000 1000"),
            (
                r"$2.4 \times 10^{-15}$, 2.4e-15, 2.4×10^-15, 2.4 x 10^{-15}, $2.4\cdot10^{-15}$, 2.4 × 10⁻¹⁵",
                "2.4e-15 2.4e-15 2.4e-15 2.4e-15 2.4e-15 2.4e-15",
            ),
            ("$10^{-3}$ and 0.001 and 0.0010", "0.001 0.001 0.001"),
            ("w = -1.03, −0.5, (-2), $-3$, +4", "-1.03 -0.5 -2 -3 4"),
            ("10-20, 10–20 and 5 to 6", "10 20 10 20 5 6"),
            (r"5%, 5 %, 5\%, 5 percent, 5 per cent, 5–10%, 5 ± 1%, 5 to 6 %", "5% 5% 5% 5% 5% 5% 10% 5% 1% 5% 6%"),
            ("H0, $H_0$, Lambda5, GW170817, SN1987A, 2dFGRS, 3D, SU(2), x^2, fb$^{-1}$, σ8, $M_{200}$, 1.2.3", ""),
            (r"139 fb$^{-1}$ at \sqrt{s}=13~\mathrm{TeV}", "139 13"),
            ("LHC Run 2, Planck 2018, GPT-4, GPT-3.5", "2 2018 4 3.5"),
            (r"5$\sigma$, 3σ, 13TeV, 5-sigma, 2π, 1990s, 10x", "5 3 13 5 2 1990 10"),
            ("3 million and 2.5 billion of 10 thousand", "3000000 2500000000 10000"),
            ("as [AG-2026.03-1712], AG-2026.03-17 and arXiv:2603.25794v2, arXiv:hep-th/9301001 said", ""),
            ("four of Twelve", "4 12"),
            ("67.4(5) and $67.4 \\pm 0.5$", "67.4 67.4 0.5"),
            (r"$10\,000$ and $10{,}000$ and 1,2 and 12,34", "10000 10000 1 2 12 34"),
            ("It is 3. And .5", "3 0.5"),
            ("-0, 000, 0.0", "0 0 0"),
            (r"\frac{1}{2}", "1 2"),
            ("10^n, 10^{15.5}, 10^{99999999999}", "10 10^15.5 10"),
            ("z=0.5, z~1100, 1/2", "0.5 1100 1 2"),
        ] {
            assert_eq!(canonical(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn words() {
        use Form::{Cardinal, Fraction, Multiple, Ordinal};
        for (text, expected) in [
            ("twelve of nineteen", vec![("12", Cardinal), ("19", Cardinal)]),
            ("Twenty-five of ninety", vec![("25", Cardinal), ("90", Cardinal)]),
            ("two hundred thousand, a dozen, two dozen", vec![("200000", Cardinal), ("12", Cardinal), ("24", Cardinal)]),
            ("hundreds of tens and a manifold", vec![]),
            ("two fifth-order terms, one third-order term", vec![("2", Cardinal), ("5", Ordinal), ("1", Cardinal), ("3", Ordinal)]),
            (
                "two-thirds, one third, a quarter of all, half",
                vec![("2/3", Fraction), ("1/3", Fraction), ("0.25", Fraction), ("0.5", Fraction)],
            ),
            ("its half-life in a quarter", vec![]),
            ("twice, doubled, a twofold or ten-fold rise", vec![("2", Multiple), ("2", Multiple), ("2", Multiple), ("10", Multiple)]),
            (
                "a third method, the second-order term, the 3rd of May, 21st, twenty-first",
                vec![("3", Ordinal), ("2", Ordinal), ("3", Ordinal), ("21", Ordinal), ("21", Ordinal)],
            ),
            (
                "one second of ten seconds, 10 events per second, within a second of it",
                vec![("1", Cardinal), ("10", Cardinal), ("10", Form::Digits)],
            ),
        ] {
            let found: Vec<(String, Form)> = numbers(text).into_iter().map(|number| (number.canonical, number.form)).collect();
            let found: Vec<(&str, Form)> = found.iter().map(|(canonical, form)| (canonical.as_str(), *form)).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(numbers("three quarters and two thirds").into_iter().map(|number| number.value).collect::<Vec<_>>(), [0.75, 2.0 / 3.0]);
    }

    #[test]
    fn spans_and_values() {
        let text = r"from $-2.4 \times 10^{-15}$ to 3 million or 5\% of one";
        let found = numbers(text);
        let spans: Vec<_> = found.iter().map(|number| &text[number.span.clone()]).collect();
        assert_eq!(spans[1..], ["3 million", r"5\%", "one"]);
        assert_eq!(spans[0], r"-2.4 \times 10^{-15}");
        assert_eq!(found.iter().map(|number| number.value).collect::<Vec<_>>(), [-2.4e-15, 3e6, 5.0, 1.0]);
        let forms = [Form::Digits, Form::Digits, Form::Digits, Form::Cardinal];
        assert_eq!(found.iter().map(|number| number.form).collect::<Vec<_>>(), forms);
    }

    #[test]
    fn units() {
        let units: Vec<_> =
            numbers(r"13 TeV, 139 fb$^{-1}$, 10-20 Mpc, 5$\sigma$, 3 K, 4 m, 7").into_iter().map(|number| number.unit).collect();
        let expected = [Some("tev"), Some("fb"), Some("mpc"), Some("mpc"), Some("sigma"), Some("k"), None, None];
        assert_eq!(units, expected.map(|unit| unit.map(str::to_owned)));
    }

    #[test]
    fn agreement() {
        let first = |text: &str| numbers(text).remove(0);
        for (a, b, expected) in [
            ("1,000", "10^3", true),
            ("5%", "0.05", true),
            ("5%", "5", false),
            ("four", "4", true),
            ("13 TeV", "13 GeV", false),
            ("13 TeV", "13", true),
            ("0.30", "0.3", true),
            ("0.31", "0.3", false),
            ("-1", "1", false),
            ("half", "50%", true),
            ("two-thirds", "one third", false),
            ("twofold", "a factor of 2", true),
            ("third", "3rd", true),
            ("third", "three", false),
        ] {
            assert_eq!(agree(&first(a), &first(b)), expected, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in r"([0-9eE.,+%^{}$\\ ×xσa()-]|\\times|10|million|[\u{0}-\u{FFFF}]){0,60}") {
            let mut end = 0;
            for number in numbers(&text) {
                prop_assert!(text.get(number.span.clone()).is_some() && number.span.start >= end);
                end = number.span.start;
                prop_assert!(!number.value.is_nan());
            }
        }

        #[test]
        fn integers_however_grouped(value in 0u32..) {
            let digits = value.to_string();
            let grouped: Vec<String> = digits.as_bytes().rchunks(3).rev().map(|chunk| String::from_utf8(chunk.to_vec()).unwrap()).collect();
            for text in [digits.clone(), grouped.join(","), grouped.join("{,}"), format!("${}$", grouped.join(r"\,"))] {
                prop_assert_eq!(canonical(&text), [digits.clone()], "{}", text);
            }
        }

        #[test]
        fn scientific_forms_agree(digit in 1u32..10, tenth in 1u32..10, exponent in -30i32..30) {
            let expected = format!("{digit}.{tenth}e{exponent}").parse::<f64>().unwrap();
            let forms = [format!("{digit}.{tenth}e{exponent}"), format!(r"${digit}.{tenth} \times 10^{{{exponent}}}$"), format!("{digit}.{tenth}×10^{exponent}")];
            let found: Vec<_> = forms.iter().map(|form| numbers(form).remove(0)).collect();
            prop_assert!(found.iter().all(|number| number.value == expected && agree(number, &found[0])), "{:?}", found);
        }
    }
}
