//! One spelling for British and American words, so that *ionisation* finds *ionization*.

use std::borrow::Cow;

/// `word` (lower case) in American spelling. The stemmer knows `-ize` alone: it makes `local` of *localized* but `localis` of *localised*.
///
/// Rules rather than a dictionary, for the endings that English scientific verbs have; words that merely end so (*arise*, *precise*, *noise*,
/// *Ising*) don't match. A word that is mapped wrongly is mapped the same way everywhere, and so still found.
pub(crate) fn american(word: &str) -> Cow<'_, str> {
    if let Some((front, at)) = ise_ending(word) {
        return Cow::Owned(format!("{front}z{}", word.get(at + 1..).unwrap_or("")));
    }
    for (british, american) in PREFIXES {
        if let Some(rest) = word.strip_prefix(british) {
            return Cow::Owned(format!("{american}{rest}"));
        }
    }
    Cow::Borrowed(word)
}

const PREFIXES: [(&str, &str); 18] = [
    ("behaviour", "behavior"),
    ("colour", "color"),
    ("flavour", "flavor"),
    ("favour", "favor"),
    ("neighbour", "neighbor"),
    ("labour", "labor"),
    ("vapour", "vapor"),
    ("tumour", "tumor"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("analyse", "analyze"),
    ("analysing", "analyzing"),
    ("catalyse", "catalyze"),
    ("catalogue", "catalog"),
    ("artefact", "artifact"),
    ("sulphur", "sulfur"),
    ("aluminium", "aluminum"),
    ("grey", "gray"),
];

/// The part before the `s` of `-ise`, `-ised`, `-isation`… and the byte of that `s`.
fn ise_ending(word: &str) -> Option<(&str, usize)> {
    const ENDINGS: [&str; 9] = ["isation", "isations", "ise", "ised", "iser", "isers", "ises", "ising", "isable"];
    const BEFORE: [&str; 15] = ["al", "ar", "or", "er", "im", "on", "an", "il", "et", "tr", "gn", "nt", "ll", "in", "as"];
    let ending = ENDINGS.into_iter().find(|ending| word.ends_with(ending))?;
    let before = word.get(..word.len() - ending.len())?;
    let at = before.len() + 1;
    (before.len() >= 3 && BEFORE.iter().any(|two| before.ends_with(two))).then_some((word.get(..at)?, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_words() {
        for (british, expected) in [
            ("ionisation", "ionization"),
            ("localised", "localized"),
            ("optimising", "optimizing"),
            ("parametrisations", "parametrizations"),
            ("neighbours", "neighbors"),
            ("centres", "centers"),
            ("analysed", "analyzed"),
        ] {
            assert_eq!(american(british), expected);
        }
    }

    #[test]
    fn other_words_stay() {
        for word in [
            "arise",
            "arising",
            "precise",
            "noise",
            "denoising",
            "ising",
            "otherwise",
            "promising",
            "analysis",
            "emphasis",
            "basis",
            "raised",
            "comprise",
            "phases",
            "hour",
        ] {
            assert_eq!(american(word), word);
        }
    }
}
