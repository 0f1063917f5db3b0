//! Tokens: the smallest parts of a text that search and verification compare.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::glyph::{Glyph, balanced, glyphs_without_ids};
use super::joined::{is_unit, with_joined_forms};

/// A word, number or symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The normalised form: lower case, without accents, Greek letters by name, sub- and superscripts joined (`H_0`, `$H_0$` and `H₀` are all
    /// `h0`), thousands commas and the possessive `'s` gone.
    pub text: String,
    /// Bytes of the original. LaTeX around the characters may lie inside or outside.
    pub span: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
    /// A form joined from the tokens just before it, whose bytes it covers; see [`tokens`].
    pub joined: bool,
    /// For a joined form: it is one name (`13tev`, `su2`, `xray`, `nongaussian`), a term of its own. `false` for `machinelearning`.
    pub bound: bool,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters of a language, to be stemmed.
    Word,
    /// Digits, with a decimal point perhaps. For values and powers see [`numbers`](crate::numbers).
    Number,
    /// A name that is no word of a language: holds a Greek letter, a digit or a script (`α_s`, `H0`, `13tev`). Never stemmed.
    Symbol,
}

/// Splits a text into tokens, LaTeX and all. Punctuation and operators are no tokens. AG ids and arXiv ids are none either: they name preprints and say
/// nothing about physics; [`mentions`](crate::mentions) and [`source_mentions`](crate::source_mentions) find them.
///
/// What is written together or apart by habit yields its parts **and then** the joined form, marked [`Token::joined`]:
/// * hyphenated compounds: `non-Gaussian` gives `non`, `gaussian`, `nongaussian`, so it meets `nonGaussian`; bound where there are two parts and
///   one is a letter, a number, a symbol or a prefix, since then both ways of writing are common. Compounds of whole words (`machine-learning`) are joined too,
///   but not bound: most authors write the two words apart, and the parts match those;
/// * a number and its unit: `13 TeV`, `13~\mathrm{TeV}`, `13TeV` give `13`, `tev`, `13tev`;
/// * short calls: `SU(2)`, `f(R)`, `X(3872)` give their parts, then `su2`, `fr`, `x3872`;
/// * `Z′` gives `z`, `zprime`; `J/ψ` gives `j`, `psi`, `jpsi`; `GW 170817` gives `gw`, `170817`, `gw170817`.
///
/// One name has one form: `B_s^0` and `B^0_s` are `bs0`, `136Xe` and `Xe-136` give `xe136`, `t\bar t` is `ttbar`.
pub fn tokens(text: &str) -> Vec<Token> {
    lexemes(text, &glyphs_without_ids(text)).into_iter().map(|lexeme| lexeme.token).collect()
}

/// A token and the glyphs that it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) glyphs: Range<usize>,
    /// Begins with an upper-case letter.
    pub(crate) upper: bool,
}

pub(crate) fn lexemes(text: &str, glyphs: &[Glyph]) -> Vec<Lexeme> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if glyph.ch.is_numeric() {
            at = number(glyphs, at, &mut parts);
        } else if glyph.ch.is_alphabetic() {
            at = word(glyphs, at, &mut parts);
        } else {
            at += 1;
        }
    }
    let mut all = with_joined_forms(glyphs, parts);
    for lexeme in &mut all {
        lexeme.token.span = balanced(text, lexeme.token.span.clone());
    }
    all
}

pub(super) fn char_at(glyphs: &[Glyph], at: usize) -> Option<char> {
    glyphs.get(at).map(|glyph| glyph.ch)
}

fn is_digit_at(glyphs: &[Glyph], at: usize) -> bool {
    char_at(glyphs, at).is_some_and(|c| c.is_ascii_digit())
}

/// Reads a number that begins at `at`; or a symbol, where letters follow its digits that are no unit (`2dFGRS`, `3D`, `136Xe`).
fn number(glyphs: &[Glyph], at: usize, parts: &mut Vec<Lexeme>) -> usize {
    let mut end = at;
    let mut plain_digits = true;
    while let Some(c) = char_at(glyphs, end) {
        let three_follow = || (1..=3).all(|ahead| is_digit_at(glyphs, end + ahead)) && !is_digit_at(glyphs, end + 4);
        match c {
            _ if c.is_numeric() => end += 1,
            '.' if is_digit_at(glyphs, end + 1) => {
                plain_digits = false;
                end += 1;
            }
            ',' if three_follow() => {
                plain_digits = false;
                end += 1;
            }
            _ => break,
        }
    }
    if plain_digits && char_at(glyphs, end).is_some_and(char::is_alphabetic) {
        let mut following = Vec::new();
        let word_end = word(glyphs, end, &mut following);
        if following.first().is_some_and(|word| !is_unit(&word.token.text, glyphs, &word.glyphs)) {
            parts.extend(lexeme(glyphs, at..word_end));
        } else {
            parts.extend(lexeme(glyphs, at..end));
            parts.append(&mut following);
        }
        return word_end;
    }
    parts.extend(lexeme(glyphs, at..end));
    end.max(at + 1)
}

/// Reads the run of letters and digits at `at`, over the marks that join: scripts (`N_eff`, `B^0`), apostrophes, combining accents.
fn word(glyphs: &[Glyph], at: usize, parts: &mut Vec<Lexeme>) -> usize {
    let mut end = at;
    while let Some(c) = char_at(glyphs, end) {
        let next = char_at(glyphs, end + 1);
        let joins = match c {
            '_' | '^' => next.is_some_and(char::is_alphanumeric),
            '\'' | '’' => next.is_some_and(char::is_alphabetic),
            _ => c.is_alphanumeric() || is_combining_mark(c),
        };
        if !joins {
            break;
        }
        end += 1;
    }
    let possessive = match end.checked_sub(2) {
        Some(mark)
            if mark > at && matches!(char_at(glyphs, mark), Some('\'' | '’')) && matches!(char_at(glyphs, mark + 1), Some('s' | 'S')) =>
        {
            mark
        }
        _ => end,
    };
    parts.extend(lexeme(glyphs, at..possessive));
    end
}

fn lexeme(glyphs: &[Glyph], range: Range<usize>) -> Option<Lexeme> {
    let run = glyphs.get(range.clone())?;
    let (first, last) = (run.first()?, run.last()?);
    let mut text = ScriptedText::default();
    let (mut letters, mut symbol) = (false, false);
    for glyph in run {
        let c = glyph.ch;
        match c {
            'a'..='z' | '0'..='9' => text.part().push(c),
            'A'..='Z' => text.part().push(c.to_ascii_lowercase()),
            '_' | '^' => {
                symbol = true;
                text.script = Some(c);
            }
            ',' | '\'' | '’' => {}
            _ => symbol |= push_folded(text.part(), c),
        }
        letters |= c.is_alphabetic();
        symbol |= c.is_numeric();
    }
    let mut text = text.joined();
    if let Some(isotope) = isotope(run) {
        text = isotope;
    } else if is_pair_with_antiparticle(run) {
        text.push_str("bar");
    }
    let kind = match (letters, symbol) {
        (false, _) => TokenKind::Number,
        (true, true) => TokenKind::Symbol,
        (true, false) => TokenKind::Word,
    };
    let token = Token { text, span: first.start..last.end, kind, joined: false, bound: false };
    (!token.text.is_empty()).then_some(Lexeme { token, glyphs: range, upper: first.ch.is_uppercase() })
}

/// A symbol's parts: `B_s^0` and `B^0_s` are one.
#[derive(Default)]
struct ScriptedText {
    script: Option<char>,
    base: String,
    below: String,
    above: String,
}

impl ScriptedText {
    fn part(&mut self) -> &mut String {
        match self.script {
            None => &mut self.base,
            Some('_') => &mut self.below,
            Some(_) => &mut self.above,
        }
    }

    fn joined(self) -> String {
        self.base + &self.below + &self.above
    }
}

/// `136Xe` as `xe136`, which `Xe-136` and `Xe136` give too.
fn isotope(run: &[Glyph]) -> Option<String> {
    const TWO: &str = "HeLiBeNaMgAlSiClArCaScTiCrMnFeCoNiCuZnGaGeAsSeBrKrRbSrZrNbMoTcRuRhPdAgCdInSnSbTeXeCsBaLaCePrNdSmEuGdTbDyHoErTmYbLuHf\
                       TaReOsIrPtAuHgTlPbBiPoAtRnFrRaAcThPaNpPuAmCmBkCfEsFm";
    const ONE: &str = "HBCNOFPSKVYIWU";
    let digits = run.iter().take_while(|glyph| glyph.ch.is_ascii_digit()).count();
    let (mass, element) = run.split_at_checked(digits)?;
    let known = match element {
        // One digit before one letter is rarely a nuclide: `3D`, `2S`.
        [one] => (2..=3).contains(&digits) && ONE.contains(one.ch),
        [one, two] => {
            (1..=3).contains(&digits)
                && TWO.as_bytes().chunks_exact(2).any(|known| known.iter().map(|byte| char::from(*byte)).eq([one.ch, two.ch]))
        }
        _ => false,
    };
    known.then(|| element.iter().map(|glyph| glyph.ch.to_ascii_lowercase()).chain(mass.iter().map(|glyph| glyph.ch)).collect())
}

/// `t\bar t` as `ttbar`. Within a longer run (`t\bar tH`) most authors leave the bar out when they type, and so it is.
fn is_pair_with_antiparticle(run: &[Glyph]) -> bool {
    matches!(run, [.., one, two, bar] if bar.ch == '\u{304}' && one.ch == two.ch && one.ch.is_alphabetic())
}

/// Pushes the compatibility form of `c` in lower case, without accents, Greek by name. True for a Greek letter.
fn push_folded(text: &mut String, c: char) -> bool {
    let mut is_greek = false;
    for folded in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match greek_name(folded) {
            Some(name) => {
                is_greek = true;
                text.push_str(name);
            }
            // ħ and ł have no decomposition; those who type without accents write h and l.
            None if folded == 'ħ' => text.push_str("hbar"),
            None if folded == 'ł' => text.push('l'),
            None if folded == 'ø' => text.push('o'),
            None if folded == 'ß' => text.push_str("ss"),
            None if folded == 'æ' => text.push_str("ae"),
            None if folded == 'œ' => text.push_str("oe"),
            None if folded == 'ı' => text.push('i'),
            None => text.push(folded),
        }
    }
    is_greek
}

fn greek_name(c: char) -> Option<&'static str> {
    const NAMES: [&str; 25] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi",
        "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    let place = u32::from(c).checked_sub(u32::from('α'))?;
    NAMES.get(usize::try_from(place).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("The Hubble constant", "the hubble constant"),
            (r"$H_0$ H_0 H0 H₀ $H_{0}$ $\mathrm{H}_0$", "h0 h0 h0 h0 h0 h0"),
            (r"α \alpha $\alpha$ alpha 𝛼", "alpha alpha alpha alpha alpha"),
            (r"α_s $\alpha_s$ \alpha_s α_S", "alphas alphas alphas alphas"),
            (
                r"ΛCDM LambdaCDM $\Lambda$CDM $\Lambda CDM$ $\Lambda\mathrm{CDM}$ $\Lambda{\rm CDM}$",
                "lambdacdm lambdacdm lambdacdm lambdacdm lambdacdm lambdacdm",
            ),
            (r"$\sigma_8$ σ8 sigma8 S8", "sigma8 sigma8 sigma8 s8"),
            (r"$N_{\rm eff}$ Neff", "neff neff"),
            (r"$f_\mathrm{NL}$ fNL", "fnl fnl"),
            ("Lyman-alpha", "lyman alpha lymanalpha"),
            ("non-Gaussian nonGaussian", "non gaussian nongaussian nongaussian"),
            ("Bell's Schrödinger don't", "bell schrodinger dont"),
            (
                r"13 TeV, 13TeV, 13~\mathrm{TeV}, 13-TeV, $13\,\text{TeV}$",
                "13 tev 13tev 13 tev 13tev 13 tev 13tev 13 tev 13tev 13 tev 13tev",
            ),
            (r"SU(2) $SU(2)_L$ f(R)", "su 2 su2 su 2 su2 l f r fr"),
            (r"5$\sigma$ and $5\sigma$", "5 sigma 5sigma and 5 sigma 5sigma"),
            ("GW170817 2dFGRS 3D 1,000 2.5", "gw170817 2dfgrs 3d 1000 2.5"),
            (r"$^{136}$Xe 136Xe Xe136 Xe-136 $^3$He 3D 100Hz", "xe136 xe136 xe136 xe 136 xe136 he3 3d 100 hz 100hz"),
            (r"$B^0$ B^{0} B0 $B_s^0$ $B^0_s$", "b0 b0 b0 bs0 bs0"),
            (r"$Z'$ Z′ Z' Z-prime Zprime $Z^\prime$", "z zprime z zprime z zprime z prime zprime zprime z zprime"),
            (r"$f'$ the W's", "f the w"),
            (r"$J/\psi$ J/psi J/ψ", "j psi jpsi j psi jpsi j psi jpsi"),
            ("X(3872) $\\chi_{c1}(3872)$ R(D*)", "x 3872 x3872 chic1 3872 chic13872 r d rd"),
            ("GW 170817 GW170817 SN 1987A LHC 2015", "gw 170817 gw170817 gw170817 sn 1987a sn1987a lhc 2015"),
            (r"$t\bar{t}$ ttbar $t\bar t H$ $b\bar{s}$", "ttbar ttbar ttbar h bs"),
            ("arXiv:2603.25794v2 or hep-th/9301001 says", "or says"),
            ("as [AG-2026.03-1712] says", "as says"),
            ("a–b, 10-20, 2023-05-01", "a b 10 20 2023 05 01"),
            (r"\unknown{Word}", "unknown word"),
            ("CO₂ H$_2$O", "co2 h2o"),
            (r"\'Etude \L{}\'od\'z", "etude lodz"),
        ] {
            assert_eq!(texts(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn kinds() {
        use TokenKind::{Number, Symbol, Word};
        let kinds: Vec<_> = tokens(r"tension of $H_0$ at 13 TeV in ΛCDM").into_iter().map(|token| token.kind).collect();
        assert_eq!(kinds, [Word, Word, Symbol, Word, Number, Word, Symbol, Word, Symbol]);
    }

    #[test]
    fn spans_name_the_original() {
        let text = r"Is $H_0$ non-zero?";
        let spans: Vec<_> = tokens(text).into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(spans, ["Is", "H_0", "non", "zero", "non-zero"]);
        let text = r"$N_{\rm eff}$";
        assert_eq!(&text[tokens(text)[0].span.clone()], r"N_{\rm eff}");
    }

    #[test]
    fn bound_forms() {
        let bound = |text: &str| tokens(text).into_iter().find(|token| token.joined).map(|token| token.bound);
        for text in ["X-ray", "2-loop", "non-Gaussian", "13 TeV", "SU(3)"] {
            assert_eq!(bound(text), Some(true), "{text}");
        }
        assert_eq!(bound("machine-learning"), Some(false));
        assert_eq!(bound("proton-p-proton"), Some(false));
        assert_eq!(bound("$10^{-22}$ eV"), None);
        assert_eq!(bound("machine learning"), None);
    }

    proptest! {
        #[test]
        fn any_text(text in r"([A-Za-z0-9 .,_^{}$\\~'()-]|\\alpha|α|é|AG-2026|[\u{0}-\u{FFFF}]){0,60}") {
            let mut start = 0;
            for token in tokens(&text) {
                prop_assert!(text.get(token.span.clone()).is_some());
                prop_assert!(token.joined || token.span.start >= start, "in order");
                prop_assert!(!token.text.is_empty());
                start = token.span.start;
            }
        }
    }
}
