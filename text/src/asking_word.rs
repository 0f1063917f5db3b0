//! Words that ask.

/// True for a word that begins an English question, or the part of one that has its verb: a question word, a form of *be*, *do* or *have*, a modal verb.
/// In lower case.
pub fn is_asking_word(word: &str) -> bool {
    ASKING.contains(&word)
}

const ASKING: &[&str] = &[
    "how", "what", "which", "why", "when", "where", "who", "is", "are", "was", "were", "do", "does", "did", "can", "could", "would",
    "should", "will", "has", "have", "had", "may", "might", "must",
];
