//! An abstract's LaTeX as the page shows it.

/// The sentence with its inline mathematics between dollar signs, and without the spaces and dashes of LaTeX outside it. `\(z \leq 2\)` is mathematics
/// as `$z \leq 2$` is; a page that knows one form only would show the other's backslashes.
pub(super) fn displayed(sentence: &str) -> String {
    let dollars = sentence.replace("\\(", "$").replace("\\)", "$");
    let mut shown = String::with_capacity(dollars.len());
    for (at, part) in dollars.split('$').enumerate() {
        if at > 0 {
            shown.push('$');
        }
        if at % 2 == 1 {
            shown.push_str(part);
        } else {
            shown.push_str(&outside(part));
        }
    }
    shown
}

fn outside(part: &str) -> String {
    let spaced = part.replace("\\,", " ").replace('~', " ").replace("\\ ", " ").replace("---", " – ").replace("--", "–");
    spaced.replace("  ", " ").replace("``", "“").replace("''", "”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latex_is_shown_as_the_page_reads_it() {
        for (sentence, expected) in [
            ("data up to \\(z \\leq 2\\).", "data up to $z \\leq 2$."),
            ("at $\\sim$230~MeV/nucleon", "at $\\sim$230 MeV/nucleon"),
            ("$a~b$ of 5\\,km", "$a~b$ of 5 km"),
            ("pentaquarks -- the charm ones -- and form--factors", "pentaquarks – the charm ones – and form–factors"),
        ] {
            assert_eq!(displayed(sentence), expected);
        }
    }
}
