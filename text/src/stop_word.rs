//! Words that say nothing about the subject.

use std::sync::LazyLock;

use foldhash::HashSet;

/// True for an English function word, a question word, or a word with which people speak about papers rather than about physics.
///
/// Takes the word in lower case, without accents, as [`tokens`](crate::tokens) gives it (`don't` is `dont`). Prefixes that compounds leave
/// behind (`non`, `quasi`) count too. Words that are merely frequent in abstracts (result, model, show) are not listed: rarity weighs them.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word) || crate::latex::is_prefix(word)
}

static STOP_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

const WORDS: &str = "
    a about above across actually after again against ago al all almost along already also although always am amid among amongst an
    and another any anyone anything anywhere apart are arent around article articles as aside at author authors away be became
    because become becomes been before beforehand being below beneath beside besides between beyond both but by can cannot cant
    could couldnt describe did didnt do does doesnt doing done dont down during each eg either else elsewhere enough et etc even
    ever every everyone everything everywhere except explain far few fewer for from further furthermore get gets getting give given
    gives giving go goes going got had hadnt has hasnt have havent having he hence her here hereby herein hers herself him himself
    his how however i ie if in indeed instead into is isnt it its itself just keep keeps kept least less lest let lets like likely
    literature made mainly make makes making many may maybe me meanwhile merely might mine more moreover most mostly much must my
    myself namely near nearly neither never nevertheless next no nobody none nonetheless nor not nothing now nowhere of off often oh
    ok on once one ones only onto or other others otherwise ought our ours ourselves out paper papers per perhaps please preprint
    preprints put quite rather really regarding said same say saying says see seem seemed seeming seems seen several shall she
    should shouldnt since so some somebody somehow someone something sometimes somewhat somewhere still such take taken takes taking
    tell tells than that thats the their theirs them themselves then thence there thereby therefore therein thereof these they thing
    things this those though through throughout thus to together too toward towards unless until unto up upon us use used uses using
    usually various very via vs want wants was wasnt way ways we well went were werent what whatever whats when whence whenever
    where whereas whereby wherein wherever whether which while who whoever whole whom whose why will with within without wont would
    wouldnt yet you your yours yourself yourselves
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for word in ["the", "what", "how", "which", "does", "dont", "non", "papers", "a", "z"] {
            assert_eq!(is_stop_word(word), word != "z", "{word}");
        }
        for word in ["hubble", "dark", "model", "result", "theory"] {
            assert!(!is_stop_word(word), "{word}");
        }
    }
}
