"""What a notebook shows: working citations, and nothing of an archive's or a model's text as HTML."""

import random
import unittest
from html.parser import HTMLParser

from antigravityqa import Answer, Coverage, CoverageLevel, FollowUp, Notice, SearchResponse, Source

URL = "https://arxiv.org/abs/2603.01712"
SOURCE = Source(id="AG-2026.03-1712", title="Latent $H_0$ & <i>spaces</i>", primary_category="hep-ph", url=URL, similarity=0.414)

# Everything that may stand in what is shown: tags, and the attributes of each.
TAGS = {
    "a": {"href", "title", "target", "rel"},
    "div": {"class"},
    "span": {"class"},
    "code": {"class"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
    **dict.fromkeys("blockquote br em h1 h2 h3 h4 h5 h6 hr li p pre s small strong table tbody thead tr ul".split(), set()),
}
CLASSES = ["math inline", "math block", "tex2jax_ignore mathjax_ignore"]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</div></p><style>*{display:none}</style>",
    "[click](javascript:alert(1))",
    "[click](https://evil.example)",
    "![seen](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "https://evil.example",
    "[ref]\n\n[ref]: https://evil.example",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '"><svg onload=alert(1)>',
    "'onmouseover='alert(1)",
    "```html\"onclick=x\n<b>code</b>\n```",
    "`<b>code</b>`",
    "$<script>alert(1)</script>$",
    "$$\n<img src=x onerror=alert(1)>\n$$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\require{html}\\style{position:fixed}{x}$",
    "$\\def\\alpha{\\beta}$",
    "| a | b |\n|---|---|\n| <b>x</b> | [AG-2026.03-1712] |",
    "> <b>quoted</b>",
    "\x00\x1b[31m",
    "[AG-2026.03-1712](javascript:alert(1))",
    "<AG-2026.03-1712>",
]


class Shown(HTMLParser):
    """Fails at whatever may not be shown. `links` are pairs of address and text, `text` is all that can be read."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.links, self.text, self.ignored, self.open = [], "", "", []
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, f"<{tag}>"
        for name, value in attributes:
            assert name in TAGS[tag], f"<{tag} {name}>"
            assert name != "style" or value in ("text-align:left", "text-align:right", "text-align:center"), value
            assert name != "class" or value in CLASSES or tag == "code" and value.startswith("language-"), value
            if name == "href":
                self.links.append([value, ""])
        if tag not in ("br", "hr"):
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in ("br", "hr"):
            assert self.open and self.open.pop()[0] == tag, f"</{tag}>"

    def handle_data(self, data):
        self.text += data
        if any("mathjax_ignore" in (attributes.get("class") or "") for _, attributes in self.open):
            self.ignored += data
        if self.open and self.open[-1][0] == "a":
            self.links[-1][1] += data


def shown(markdown, **fields):
    return Shown(Answer(markdown=markdown, sources=(SOURCE,), **fields)._repr_html_())


class Notebook(unittest.TestCase):
    def test_citations_link_to_their_preprints(self):
        page = shown("A *claim* [AG-2026.03-1712], another [AG-2026.03-1712; AG-2026.03-1], and AG-2026.03-17123.")
        self.assertEqual(page.links, [[URL, "AG-2026.03-1712"]] * 3)  # two in the text, one in the list of sources
        self.assertIn("A claim [AG-2026.03-1712], another [AG-2026.03-1712; AG-2026.03-1], and AG-2026.03-17123.", page.text)

    def test_nothing_but_pages_of_the_web_is_linked(self):
        for url in ["javascript:alert(1)", "data:text/html,x", " https://arxiv.org", "//evil.example", "", "https://", "https:///x", "http://[", "https://x y", "ftp://x/y", 'https://x.example/"onclick="alert(1)', "https://\\\\evil.example"]:
            answer = Answer(markdown="[AG-2026.03-1712]", sources=(Source(id="AG-2026.03-1712", url=url),))
            self.assertEqual(Shown(answer._repr_html_()).links, [], url)

    def test_all_of_an_answer_is_shown(self):
        page = shown(
            "## Title\n\nText.",
            question="Why?",
            answered_by="a model",
            coverage=Coverage(level=CoverageLevel.PARTIAL),
            notices=(Notice(message="Something was left out."),),
            follow_ups=(FollowUp(question="And then?"),),
            disclaimer="Verify.",
        )
        for part in ["Why?", "Answered by a model", "partial", "Title", "Something was left out.", "Sources · 1", "41%", "hep-ph", "And then?", "Verify."]:
            self.assertIn(part, page.text)
        self.assertIn(SOURCE.title, page.text)

    def test_hostile_text_stays_text(self):
        for text in HOSTILE:
            with self.subTest(text):
                links = shown(text).links
                self.assertLessEqual({address for address, _ in links}, {URL})
                data = Source(id=text, title=text, primary_category=text, authors=(text,), url=text)
                whole = Answer(question=text, answered_by=text, disclaimer=text, notices=(Notice(message=text),), follow_ups=(FollowUp(question=text),), sources=(data,))
                self.assertIn(text, Shown(whole._repr_html_()).text.replace("\ufffd", "\x00"))
                self.assertIn(text, Shown(SearchResponse(sources=(data,))._repr_html_()).text.replace("\ufffd", "\x00"))

    def test_mixtures_of_hostile_texts_stay_text(self):
        pieces = [*HOSTILE, "*", "_", "`", "$", "$$", "\n", "\n\n", "    ", "- ", "1. ", "|", "#", "[", "](", ")", "<", ">", "\\", "AG-2026.03-1712"]
        for seed in range(2_000):
            dice = random.Random(seed)
            text = "".join(dice.choices(pieces, k=dice.randrange(1, 9)))
            with self.subTest(seed=seed, text=text):
                self.assertLessEqual({address for address, _ in shown(text).links}, {URL})

    def test_formulas_are_kept_for_the_notebook_to_typeset(self):
        self.assertIn(r"$a_1 * b_2 * \{c\}$ and $$x<y$$", shown(r"$a_1 * b_2 * \{c\}$ and $$x<y$$").text)
        self.assertEqual(shown(r"$a_1$ and $\mathrm{style}$, $\definitely$").ignored, "")

    def test_commands_that_reach_beyond_a_formula_are_not_typeset(self):
        for command in ["href", "url", "require", "style", "class", "cssId", "def", "gdef", "newcommand", "renewcommand", "unicode", "includegraphics"]:
            formula = rf"$x\{command}{{y}}$"
            for page in [shown(formula), shown("", question=formula), shown("", disclaimer=formula)]:
                self.assertIn(formula, page.ignored)

    def test_very_long_and_deep_texts_are_shown_in_time(self):
        for text in ["*" * 20_000, "[" * 20_000, "> " * 5_000 + "x", "`" * 20_000, "$" * 20_000, "- " * 5_000 + "x", "|a" * 5_000 + "\n" + "|-" * 5_000]:
            shown(text)


if __name__ == "__main__":
    unittest.main()
