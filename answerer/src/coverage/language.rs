//! Whether a question is in a language that the embedding model reads: English.

use antigravity_text::is_stop_word;

use crate::words::WordList;

/// Function words of German, French, Spanish, Italian, Portuguese and Dutch. Left out are those that are English words too, and the particles of
/// names (de Sitter, van der Waals, La Silla).
static FOREIGN: WordList = WordList::new(include_str!("../words/foreign.txt"));

/// One foreign word may be a name's or a quotation's.
const FOREIGN_WORDS: usize = 2;

/// Whether a question is in another language, by its script or by its function words.
pub(super) fn is_foreign(question: &str) -> bool {
    is_in_another_script(question) || is_in_another_language(question)
}

/// Most letters are of a script that the embedding model doesn't read. Greek stays: it is mathematics here.
fn is_in_another_script(question: &str) -> bool {
    let letters: Vec<char> = question.chars().filter(|c| c.is_alphabetic()).collect();
    let foreign = letters.iter().filter(|c| u32::from(**c) >= 0x0400 && !matches!(u32::from(**c), 0x1D00..=0x2BFF)).count();
    foreign * 2 > letters.len()
}

/// More of its words are function words of another language than of English.
fn is_in_another_language(question: &str) -> bool {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut foreign: Vec<&str> = words.iter().copied().filter(|word| FOREIGN.has(word)).collect();
    let english = words.iter().filter(|word| is_stop_word(word) && !FOREIGN.has(word)).count();
    foreign.sort_unstable();
    foreign.dedup();
    foreign.len() >= FOREIGN_WORDS && foreign.len() > english
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_the_list_is_english_too() {
        let english = ["come", "comment", "con", "die", "hay", "per", "pour", "sin", "son", "state", "was"];
        for word in FOREIGN.entries() {
            assert!(!is_stop_word(word) && !english.contains(&word), "{word}");
        }
    }

    #[test]
    fn languages() {
        for (question, expected) in [
            ("什么是潜在空间?", true),
            ("Какова масса нейтрино?", true),
            ("Wie groß ist die Hubble-Spannung?", true),
            ("Quelle est la masse du neutrino?", true),
            ("¿Cuál es la masa del neutrino?", true),
            ("Qual è la massa dei neutrini?", true),
            ("Qual é a massa dos neutrinos?", true),
            ("Hoe groot is de massa van het neutrino?", true),
            ("How large is the Hubble tension?", false),
            ("de Sitter and anti-de Sitter vacua", false),
            ("van der Waals forces in Langmuir-Blodgett films near La Silla", false),
            ("α_s at μ = m_Z, Λ", false),
            ("Does die swell set in per pass, as Bremsstrahlung and Zitterbewegung do?", false),
            ("Ground state energy per site Heisenberg model", false),
            ("Neutron star equation of state: energy per baryon", false),
            ("Bound state decays per hadron", false),
            ("", false),
        ] {
            assert_eq!(is_foreign(question), expected, "{question}");
        }
    }
}
