//! Text with LaTeX in it, read: as plain characters for people and as tokens for matching.

mod expand;
mod glyph;
mod joined;
mod macros;
pub(crate) mod token;

use unicode_normalization::UnicodeNormalization;

use glyph::glyphs;
pub(crate) use glyph::{Glyph, balanced, glyphs_without_ids};
pub(crate) use joined::{is_prefix, is_unit};
pub use token::{Token, TokenKind, tokens};

/// LaTeX as readable plain text, for a terminal or any reader without mathematics; in Unicode's composed form (NFC).
///
/// `$H_0$` → `H0`, `\alpha_s` → `α_s`, `\sqrt{s}=13~\mathrm{TeV}` → `√s=13 TeV`, `$10^{-3}$` → `10^-3`, `Schr{\"o}dinger` → `Schrödinger`.
/// Numbers below the line join their letter, other scripts keep `_` or `^`, with parentheses where several characters hang together.
/// Unknown macros, unmatched braces and odd dollars are left as they stand. Meant for one reading: to read the result again may change it.
pub fn plain(text: &str) -> String {
    // A thin space tells a number's groups apart (`10\,000`) while it is read; people get a plain one.
    glyphs(text).into_iter().map(|glyph| if glyph.ch == '\u{2009}' { ' ' } else { glyph.ch }).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn readable() {
        for (latex, expected) in [
            ("$H_0$", "H0"),
            (r"\alpha_s", "α_s"),
            (r"$\alpha_s$", "α_s"),
            (r"\sqrt{s}=13~\mathrm{TeV}", "√s=13 TeV"),
            (r"$\sqrt{s_{NN}}=5.02$ TeV", "√s_NN=5.02 TeV"),
            ("$10^{-3}$", "10^-3"),
            (r"$2.4 \times 10^{-15}$", "2.4 × 10^-15"),
            (
                r#"Poincar\'e, Schr{\"o}dinger, Schr\"odinger, \v{C}erenkov, na\"{\i}ve, Fran\c{c}ois"#,
                "Poincaré, Schrödinger, Schrödinger, Čerenkov, naïve, François",
            ),
            (r"\textit{Planck} and {\it WMAP}, \emph{new}", "Planck and WMAP, new"),
            (r"95\% C.L.~limit", "95% C.L. limit"),
            (r"$N_{\rm eff}$", "N_eff"),
            (r"$x_{i,j}^{n+1}$", "x_(i,j)^(n+1)"),
            (r"$\Lambda$CDM, $\Lambda CDM$, $\Lambda \rm{CDM}$", "ΛCDM, ΛCDM, Λ CDM"),
            (r"$\frac{1}{2}$ and $\frac{a+b}{c}$", "1/2 and (a+b)/c"),
            (r"$10^5\,M_\odot$", "10^5 M⊙"),
            (r"$90^\circ$ at $20^{\circ}$C", "90° at 20°C"),
            (r"$f'(x)$", "f′(x)"),
            (r"$\bar{q}q \to \gamma\gamma$", "q\u{304}q → γγ"),
            (r"$\overline{MS}$", "MS"),
            (r"$k\log T$, $\log\sigma$", "k log T, log σ"),
            (r"\ion{C}{IV} and O\textsc{vi}", "C IV and Ovi"),
            (r"``quoted'' -- and --- so", "“quoted” – and — so"),
            ("~100 Mpc (~5)", "~100 Mpc (~5)"),
            (r"$\left(\frac{x}{y}\right)$", "(x/y)"),
            (r"{H$_2$O}", "H2O"),
            (r"$e^+e^-$", "e^+e^-"),
            (r"$10\,000$", "10 000"),
            (r"a\unicode{x2013}b, $\mathbf{\bar 3}$", "a–b, 3\u{304}"),
            ("snake_case and a_b", "snake_case and a_b"),
        ] {
            assert_eq!(plain(latex), expected, "{latex}");
        }
    }

    #[test]
    fn broken_stays() {
        for text in [
            r"odd $ sign",
            r"{open",
            r"close}",
            r"\unknown{arg}",
            r"\frac{1}",
            r"\sqrt",
            "x^",
            "a \\",
            r"\'1",
            r"\cite{Smith:2020}",
            "50% of $5",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn composed() {
        assert_eq!(plain("e\u{301}"), "é");
    }

    /// Each of these took exponential or quadratic time in some reader.
    #[test]
    fn hostile_input_takes_linear_time() {
        let start = std::time::Instant::now();
        for unit in [r"\'{", r"\frac{", r"\hat", "{", "$", r"\(", "x^{", r"\sqrt[", r"$\frac{a}", "_{_", "[AG-", r"\foo{"] {
            let text = unit.repeat(30_000);
            assert!(!plain(&text).is_empty(), "{unit}");
            let closed = format!("{}{}", unit.repeat(5_000), "}".repeat(5_000));
            assert!(!plain(&closed).is_empty(), "{unit}");
        }
        // Seconds at most; by the square of the length it would be many minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(60));
    }

    proptest! {
        #[test]
        fn text_without_latex_is_itself(text in "[A-Za-z0-9 ,.;:()αé\n-]{0,80}") {
            prop_assume!(!text.contains("--"));
            prop_assert_eq!(plain(&text), text.nfc().collect::<String>());
        }

        #[test]
        fn spans_lie_in_the_text(text in r"([a-z0-9 _^{}$\\~'-]|\\frac|\\sqrt|\\alpha|α|\\'|\[){0,60}") {
            for glyph in glyphs(&text) {
                prop_assert!(text.get(glyph.start..glyph.end).is_some(), "{:?}", glyph);
            }
        }
    }
}
