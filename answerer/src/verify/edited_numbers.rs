//! True claims, and the same with a number changed: however it is written, and also to one that the source has elsewhere.

use antigravity_proto::types::{Verdict, VerdictReason};

use crate::ground;

const SOURCE: &str = "A second-order transition in thin nickel films\n\
    We grow thirty-two nickel films in two chambers and cool them to 4 K. Below a thickness of 12 nm the transition is of second order, while thicker films show \
    a first-order jump. The critical field rises from 3.5 T to 7.2 T, and two-thirds of the films lose half of their magnetisation within 40 minutes. Adding a \
    capping layer leads to a threefold increase of the lifetime. Grade 2 films crack in 15% of all runs, grade 3 films in 28% of them. The fitted exponent is \
    0.33, with a coupling of $2.4 \\times 10^{-15}$ eV, in the notation of SU(2), and the symptoms of IL-6 treatment of 1998 patients do not recur. In 2019 the \
    experiment was repeated with 150 samples by the 3rd group, and the yield doubled.";

/// What stands beside it, so that there is another text to compare with.
const OTHER: &str =
    "Ringdown overtones\nOvertones of the ringdown carry the spin of the remnant, and 5 of them are seen at a confidence of 9 sigma.";

#[test]
fn what_is_true_stands_and_what_was_edited_does_not() {
    for (claim, edits) in [
        ("Thirty-two nickel films were grown.", &["Thirty-four nickel films were grown.", "22 nickel films were grown."][..]),
        (
            "The nickel films were grown in two chambers.",
            &["The nickel films were grown in three chambers.", "The nickel films were grown in 5 chambers."],
        ),
        ("The films were cooled to 4 K.", &["The films were cooled to 6 K.", "The films were cooled to 12 K."]),
        (
            "Below a thickness of 12 nm the transition is of second order.",
            &[
                "Below a thickness of 15 nm the transition is of second order.",
                "Below a thickness of 12 nm the transition is of third order.",
            ],
        ),
        ("Thicker films show a first-order jump.", &["Thicker films show a third-order jump."]),
        (
            "The critical field rises from 3.5 T to 7.2 T.",
            &[
                "The critical field rises from 3.6 T to 7.2 T.",
                "The critical field rises from 3.5 T to 7.8 T.",
                "The critical field rises from 7.2 T to 3.5 T.",
            ],
        ),
        (
            "Two-thirds of the films lose half of their magnetisation within 40 minutes.",
            &[
                "Three-quarters of the films lose half of their magnetisation within 40 minutes.",
                "Two-thirds of the films lose half of their magnetisation within 50 minutes.",
                "Two-thirds of the films lose a quarter of their magnetisation within 40 minutes.",
            ],
        ),
        (
            "A capping layer leads to a threefold increase of the lifetime.",
            &[
                "A capping layer leads to a twofold increase of the lifetime.",
                "A capping layer leads to a 4-fold increase of the lifetime.",
            ],
        ),
        (
            "Grade 2 films crack in 15% of all runs.",
            &["Grade 3 films crack in 15% of all runs.", "Grade 2 films crack in 18% of all runs."],
        ),
        ("The fitted exponent is 0.33.", &["The fitted exponent is 0.35.", "The fitted exponent is 3.5."]),
        (
            "The coupling is $2.4 \\times 10^{-15}$ eV.",
            &["The coupling is $2.4 \\times 10^{-14}$ eV.", "The coupling is $2.8 \\times 10^{-15}$ eV."],
        ),
        ("The coupling is told in the notation of SU(2).", &["The coupling is told in the notation of SU(3)."]),
        (
            "The symptoms of IL-6 treatment of 1998 patients do not recur.",
            &[
                "The symptoms of IL-2 treatment of 1998 patients do not recur.",
                "The symptoms of IL-6 treatment of 1988 patients do not recur.",
            ],
        ),
        (
            "In 2019 the experiment was repeated with 150 samples by the third group.",
            &[
                "In 1998 the experiment was repeated with 150 samples by the third group.",
                "In 2019 the experiment was repeated with 250 samples by the third group.",
                "In 2019 the experiment was repeated with 150 samples by the second group.",
            ],
        ),
        ("The yield doubled.", &["The yield tripled."]),
    ] {
        let judged = |claim: &str| {
            let found = ground(claim, &[SOURCE.to_owned()], &[OTHER.to_owned()]);
            (found.verdict, found.reason)
        };
        assert_ne!(judged(claim).1, VerdictReason::NumberNotFound, "{claim}");
        for edit in edits {
            assert_eq!(judged(edit), (Verdict::Unsupported, VerdictReason::NumberNotFound), "{edit}");
        }
    }
}

/// Another way of writing the same number, and a number that the source gives by another word.
#[test]
fn the_same_number_in_other_words_stands() {
    for claim in [
        "32 nickel films were grown.",
        "The lifetime rises by a factor of three with a capping layer.",
        "Within 40 minutes 50% of their magnetisation is lost.",
        "15 percent of the runs with films of grade 2 end in a crack.",
        "The critical field reaches 7.2 T.",
        "The 3rd group repeated the experiment with 150 samples in 2019.",
        "Two findings stand out: the films crack, and the yield doubled.",
    ] {
        let found = ground(claim, &[SOURCE.to_owned()], &[OTHER.to_owned()]);
        assert_ne!((found.verdict, found.reason), (Verdict::Unsupported, VerdictReason::NumberNotFound), "{claim}");
    }
}
