"""BibTeX entries of preprints."""

from __future__ import annotations

import re
import typing

if typing.TYPE_CHECKING:
    from antigravityqa.types import Answer, Preprint, Source

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# A title that comes with LaTeX keeps its mathematics and its commands; outside of these the characters that LaTeX reads are escaped.
MATHEMATICS = re.compile(r"(\$(?:[^$\\]|\\.)+\$)", re.DOTALL)
READ_BY_LATEX = re.compile(r"(?<!\\)((?:\\\\)*)([&%#_])")


def answer(self: Answer, *, all_sources: bool = False) -> str:
    """BibTeX entries of the preprints that the text cites, in the order in which it does; or of all its sources."""
    return "\n".join(source(each) for each in (self.sources if all_sources else self.cited_sources()))


def source(self: Source) -> str:
    """The preprint's BibTeX entry, under its AG id."""
    return _entry(self, {})


def preprint(self: Preprint) -> str:
    """The preprint's BibTeX entry, under its AG id, with its DOI and journal."""
    return _entry(self, {"doi": self.doi, "note": f"Published in {_latex(self.journal_ref)}" if self.journal_ref else ""})


def _entry(record: Source | Preprint, more: dict[str, str]) -> str:
    scheme, _, number = record.source_id.partition(":")
    arxiv = scheme.lower() == "arxiv"
    fields = {
        "title": f"{{{_latex(record.title)}}}",
        "author": " and ".join(filter(None, map(_author, record.authors))),
        "year": _plain(record.date[:4]),
        "month": _plain(record.date[5:7]),
        "eprint": _plain(number if arxiv else record.source_id),
        "archiveprefix": "arXiv" if arxiv else "",
        "primaryclass": _plain(record.primary_category) if arxiv else "",
        "url": _plain(record.url),
        "doi": _plain(more.get("doi", "")),
        "note": more.get("note", ""),
    }
    lines = [f"  {name} = {_value(name, value)},\n" for name, value in fields.items() if value]
    key = re.sub(r"[^\w.:/+-]", "", record.id)
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def _value(name: str, value: str) -> str:
    if name == "month" and value.isdecimal() and 1 <= int(value) <= 12:
        return MONTHS[int(value) - 1]
    return f"{{{value}}}"


def _author(name: str) -> str:
    latex = _latex(name)
    # A collaboration is one name, `and` within one would make two, and one has two commas at most.
    whole = re.search(r"\b(and|collaboration|team|consortium)\b", latex, re.IGNORECASE) or latex.count(",") > 2
    return f"{{{latex}}}" if whole else latex


def _latex(text: str) -> str:
    text = " ".join(text.split())
    if re.search(r"(?<!\\)(\\\\)*\\$", text):
        text = text[:-1]  # It would take the closing brace for its own.
    if not _balanced(text):
        # BibTeX counts escaped braces too, and would read on to the end of the file.
        text = re.sub(r"\\?([{}])", lambda brace: r"\textbraceleft{}" if brace[1] == "{" else r"\textbraceright{}", text)
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        return READ_BY_LATEX.sub(r"\1\\\2", re.sub(r"(?<!\\)\$", r"\\$", text))
    return "".join(part if at % 2 else READ_BY_LATEX.sub(r"\1\\\2", part) for at, part in enumerate(MATHEMATICS.split(text)))


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _plain(text: str) -> str:
    """Ids, links and categories: whatever could end the entry is left out."""
    return re.sub(r"[\s{}\\\"]", "", text)
