//! What is released is the same wherever a reply is cut, and nothing that was released is taken back: every character of a corpus of replies.

use std::sync::Arc;

use antigravity_proto::types::{Block, Claim, UnsupportedPolicy};
use antigravity_text::mentions;

use super::{Checked, Release, Verifier};
use crate::draft::{DraftUnit, Segmenter};
use crate::sources::{Sources, fixture};

const QUESTION: &str = "Do autoencoders with a better latent space improve anomaly detection?";

/// Pages as they are, and what cuts hurt most: ids in all forms, mathematics, tables, code, lists, abbreviations, what is no source.
const REPLIES: [&str; 10] = [
    include_str!("../../tests/pages/full.md"),
    include_str!("../../tests/pages/long.md"),
    include_str!("../../tests/pages/related.md"),
    include_str!("../../tests/pages/partial.md"),
    include_str!("../../tests/pages/numbers.md"),
    include_str!("../../tests/pages/none.md"),
    "Ωₘ — “dark energy” — is 0.315 ± 0.007 [AG-2026.03-1712]. Latent spaces help, cf. Fig. 2 of [AG-2025.02-9001]. 😀\n\n@@FOLLOW-UPS@@\n- Why?\n",
    "# Title\n\n**Lead-in.** [AG-2025.02-9001] showed $H_0 = 72.1 \\pm 0.9$ km/s/Mpc; “so” it is.\r\n\r\n- a. b\n- c [AG-2025.02-9001, AG-2024.05-9002]\n\n$$x\n= y$$\n",
    "| a | b |\n|---|---|\n| 1 | 【AG-2025.02-9001】 |\n| 2 | [AG-1999.01-1] |\n\n```\n[AG-2025.02-9001] @@FOLLOW-UPS@@\n```\n\nTomatoes cure baldness. It is so ［ＡＧ－２０２５．０２－９００１］!",
    "Latent spaces help [AG – 2025.02 – 9001](http://x). \\[E = mc^2.\\] They win [AG-2025.02-90\u{200b}01] (AG-2025.02-9001). 1. One\n2. Two",
];

/// The units of a reply that comes in two pieces: those of the first piece, all, and the tail.
fn cut(reply: &str, at: usize) -> (Vec<DraftUnit>, Vec<DraftUnit>, String) {
    let mut segmenter = Segmenter::new();
    let (first, second) = reply.split_at(at);
    let early = segmenter.push(first);
    let mut units = early.clone();
    units.extend(segmenter.push(second));
    let (last, tail) = segmenter.finish();
    units.extend(last);
    (early, units, tail)
}

/// What is released of these units, and what more at the end.
fn released(sources: &Arc<Sources>, units: &[DraftUnit], policy: UnsupportedPolicy) -> (String, String, Vec<Claim>) {
    let mut verifier = Verifier::new(Arc::clone(sources), QUESTION);
    let mut release = Release::new(policy, sources.list.iter().map(|source| source.id.clone()).collect());
    let mut admit =
        |checked: Vec<Checked>| -> Vec<Block> { checked.into_iter().filter_map(|unit| release.admit(unit)).map(Block::from).collect() };
    let early: Vec<Block> = units.iter().cloned().flat_map(|unit| admit(verifier.push(unit))).collect();
    let last = admit(verifier.finish());
    let text = |blocks: &[Block]| blocks.iter().map(|block| block.markdown.as_str()).collect::<String>();
    (text(&early), text(&early) + &text(&last), early.into_iter().chain(last).flat_map(|block| block.claims).collect())
}

#[test]
fn every_split_point_gives_the_same_units_and_the_first_piece_a_part_of_them() {
    for reply in REPLIES {
        let (_, whole, tail) = cut(reply, reply.len());
        for (at, _) in reply.char_indices() {
            let (early, units, end) = cut(reply, at);
            assert_eq!((&units, &end), (&whole, &tail), "cut at {at} of {reply}");
            assert_eq!(early.as_slice(), &whole[..early.len()], "cut at {at} of {reply}");
        }
    }
}

#[test]
fn what_was_released_stands() {
    let sources = Arc::new(fixture::anomaly());
    for reply in REPLIES {
        let (_, units, _) = cut(reply, reply.len());
        for policy in [UnsupportedPolicy::Mark, UnsupportedPolicy::Drop] {
            let (_, whole, claims) = released(&sources, &units, policy);
            for claim in claims {
                let span = claim.span.unwrap();
                assert_eq!(&whole[span.start as usize..span.end as usize], claim.text);
            }
            for to in 0..=units.len() {
                let (early, _, _) = released(&sources, &units[..to], policy);
                assert!(whole.starts_with(&early), "{to} units of {reply}: {early}");
                for mention in mentions(&early) {
                    assert!(mention.id.as_ref().is_some_and(|id| sources.get(id).is_some()), "{mention:?} in {early}");
                }
            }
        }
    }
}
