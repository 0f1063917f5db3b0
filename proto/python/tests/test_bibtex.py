"""Entries that another reader of BibTeX reads, whatever stands in titles and names."""

import random
import unittest

from antigravityqa import Answer, Claim, Preprint, Source
from pybtex.database import parse_string

SOURCE = Source(
    id="AG-2026.03-1712",
    source_id="arXiv:2603.25794",
    title=r"Latent $H_0$ spaces & 5 % of C# in_situ, \'etude of $\sqrt{s}=13$ TeV",
    authors=("Ada Lovelace", "Müller, Jürgen", "The A and B Collaboration"),
    primary_category="hep-ph",
    date="2026-03-26",
    url="https://arxiv.org/abs/2603.25794",
)
HOSTILE = ["{", "}", "}}", "{{", "\\{", "\\}", "\\", "$", "$$", "\\$", "@misc{x,", '"', ",", "%", "#", "_", "&", "\n", "~", "^", " and ", "é", "title = {x}"]


def entries(text):
    return parse_string(text, "bibtex").entries


class Bibtex(unittest.TestCase):
    def test_an_entry(self):
        self.assertEqual(
            SOURCE.bibtex(),
            r"""@misc{AG-2026.03-1712,
  title = {{Latent $H_0$ spaces \& 5 \% of C\# in\_situ, \'etude of $\sqrt{s}=13$ TeV}},
  author = {Ada Lovelace and Müller, Jürgen and {The A and B Collaboration}},
  year = {2026},
  month = mar,
  eprint = {2603.25794},
  archiveprefix = {arXiv},
  primaryclass = {hep-ph},
  url = {https://arxiv.org/abs/2603.25794},
}
""",
        )
        entry = entries(SOURCE.bibtex())["AG-2026.03-1712"]
        self.assertEqual([str(person) for person in entry.persons["author"]], ["Lovelace, Ada", "Müller, Jürgen", "{The A and B Collaboration}"])

    def test_a_preprint_also_has_its_doi_and_journal(self):
        preprint = Preprint(id="AG-2026.03-1712", source_id="arXiv:2603.25794", title="T", date="2026-03-01", doi="10.1000/x_1", journal_ref="J. Sci. 1, 2 & 3")
        fields = entries(preprint.bibtex())["AG-2026.03-1712"].fields
        self.assertEqual((fields["doi"], fields["note"], fields["month"]), ("10.1000/x_1", r"Published in J. Sci. 1, 2 \& 3", "March"))

    def test_an_answer_gives_what_it_cites_once_and_in_order(self):
        sources = tuple(Source(id=f"AG-2026.03-{number}", title="T") for number in (1, 2, 3))
        answer = Answer(sources=sources, claims=(Claim(cited_ids=("AG-2026.03-3", "AG-2026.03-1")), Claim(cited_ids=("AG-2026.03-3",))))
        self.assertEqual(list(entries(answer.bibtex())), ["AG-2026.03-3", "AG-2026.03-1"])
        self.assertEqual(len(entries(answer.bibtex(all_sources=True))), 3)
        self.assertEqual(Answer().bibtex(), "")

    def test_what_is_escaped_already_stays(self):
        for title, written in [(r"A \& B", r"A \& B"), (r"A \\& B", r"A \\\& B"), ("5$ & 6", r"5\$ \& 6"), ("a\n b", "a b"), ("{A} b", "{A} b"), ("a {b c", r"a \textbraceleft{}b c")]:
            self.assertEqual(Source(id="x", title=title).bibtex().splitlines()[1], f"  title = {{{{{written}}}}},")

    def test_hostile_texts_make_one_entry_each(self):
        for seed in range(500):
            dice = random.Random(seed)

            def text():
                return "".join(dice.choices([*HOSTILE, "word", " "], k=dice.randrange(7)))

            source = Source(id="AG-2026.03-1" + text(), source_id=text(), title=text(), authors=(text(), text()), primary_category=text(), date=text(), url=text())
            with self.subTest(seed=seed, source=source):
                written = source.bibtex() + "\n" + Source(id="next", title="T").bibtex()
                self.assertEqual(len(entries(written)), 2, written)
                self.assertIn("next", entries(written))


if __name__ == "__main__":
    unittest.main()
