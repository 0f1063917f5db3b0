#!/usr/bin/env python3
"""Claims with a source that says them and with one that doesn't, for `antigravity evaluate grounding`: `swaps.py DATA FOLDER`.

DATA holds `scifact/` and `attribution/attributionbench_dev.jsonl`. Written are `FOLDER/{scifact,attribution}-{development,reporting}.jsonl`, the
swaps of each set, and `FOLDER/labelled-{development,reporting}.jsonl`, the attribution set as its annotators labelled it. A line is
`{"id", "kind", "claim", "evidence": [cited text], "others": [uncited text], "label"}`: eight sources, of which the claim cites one (in the attribution set
sometimes up to four, taken as one).

    original      the claim as it is and its own source                          attributable
    within        another source of the same answer is cited                     not attributable
    between       a source of another answer is cited, and is one of the eight   not attributable
    number        one figure of the claim is another one                         not attributable
    negated       the claim says the opposite: a negation, or an antonym         not attributable
    contradicted  SciFact's own claims that their source refutes                 not attributable

An answer's sources: for SciFact the eight abstracts nearest by BM25 to the title of the one that holds the evidence, as if that title had been asked; for
the attribution set what the claims of one question cite, filled up to eight with what is nearest to the question. `within` is made in the latter only
where the answer itself has another source.

Halves go by the first byte of the SHA-256 of the document (SciFact) or the question (attribution), as in `lay_out.py`: all that came from one
answer is in one half. Every choice is a hash of the claim, so that the sets are the same everywhere. Tune on the one half, report the other.
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from bm25 import Index, read_jsonl
from lay_out import half

SOURCES = 8

ANTONYMS = [
    ("increases", "decreases"), ("increased", "decreased"), ("increase", "decrease"), ("increasing", "decreasing"), ("higher", "lower"),
    ("high", "low"), ("more", "less"), ("positive", "negative"), ("positively", "negatively"), ("improves", "worsens"), ("improve", "worsen"),
    ("improved", "worsened"), ("enhances", "reduces"), ("enhance", "reduce"), ("enhanced", "reduced"), ("promotes", "inhibits"), ("promote", "inhibit"),
    ("activates", "represses"), ("activation", "repression"), ("greater", "smaller"), ("larger", "smaller"), ("longer", "shorter"),
    ("before", "after"), ("presence", "absence"), ("strong", "weak"), ("stronger", "weaker"), ("early", "late"),
    ("allows", "prevents"), ("allow", "prevent"), ("most", "few"), ("always", "never"), ("above", "below"), ("rises", "falls"), ("better", "worse"),
]
OPPOSITE = {word: other for pair in ANTONYMS for word, other in (pair, pair[::-1])}
AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|may|might|will|would|should|has been|have been|does|do)\b(?! not)", re.I)
# A figure of its own: no part of a name (`P53`), of a date with dashes, of a footnote `[5]`.
FIGURE = re.compile(r"(?<![\w.,\[(/-])\d+(?:[.,]\d+)*(?![\w\])]|[-/]\w)")


def chance(*parts):
    """A number that the parts give, the same everywhere."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8], "big")


def other_figures(claim):
    """The claim once per figure, that figure changed in one digit: the first, of a longer number (a year) the last."""
    for found in FIGURE.finditer(claim):
        digits = [place for place in range(found.start(), found.end()) if claim[place].isdigit()]
        place = digits[0] if len(digits) < 4 else digits[-1]
        digit = (int(claim[place]) + chance(claim, str(place)) % 8) % 9 + 1  # never the same one
        yield claim[:place] + str(digit) + claim[place + 1 :]


def denied(claim):
    """The claim with an antonym in the place of a word, else with a negation put in or taken out."""
    words = [found for found in re.finditer(r"[A-Za-z]+", claim) if found.group().lower() in OPPOSITE]
    if words:
        found = words[chance(claim, "antonym") % len(words)]
        return claim[: found.start()] + OPPOSITE[found.group().lower()] + claim[found.end() :]
    if re.search(r"\bnot ", claim):
        return re.sub(r"\b(do|does|did) not |\bnot ", "", claim, count=1)
    if AUXILIARY.search(claim):
        return AUXILIARY.sub(lambda found: f"{found.group()} not", claim, count=1)
    return None


class Answer:
    """What one answer draws on: eight texts."""

    def __init__(self, sources):
        self.sources = list(dict.fromkeys(sources))[:SOURCES]

    def others(self, *cited):
        return [source for source in self.sources if source not in cited]


def lines_of(name, claim, cited, answer, wrong, foreign):
    """Every kind of one claim. `cited`: texts; `wrong`: uncited texts of the same answer; `foreign`: a text of another one."""

    def line(kind, claim, evidence, others, label="not attributable"):
        return {"id": f"{name}/{kind}", "kind": kind, "claim": claim, "evidence": evidence, "others": others, "label": label}

    yield line("original", claim, cited, answer.others(*cited), "attributable")
    if wrong:
        swapped = wrong[chance(claim, "within") % len(wrong)]
        yield line("within", claim, [swapped], answer.others(swapped))
    yield line("between", claim, [foreign], answer.others(foreign)[: SOURCES - 1])
    changed = [("number", other) for other in other_figures(claim)] + [("negated", denied(claim))]
    yield from (line(kind, other, cited, answer.others(*cited)) for kind, other in changed if other)


def scifact(folder):
    texts = {line["_id"]: f"{line.get('title', '')}\n{line['text']}" for line in read_jsonl(folder / "corpus.jsonl")}
    titles = {line["_id"]: line.get("title", "") for line in read_jsonl(folder / "corpus.jsonl")}
    index = Index(texts.items())
    claims = [
        (line["id"], line["claim"], document, evidence[0]["label"])
        for line in read_jsonl(folder / "claims.jsonl")
        for document, evidence in line["evidence"].items()
        if document in texts
    ]
    documents = sorted({document for _, _, document, _ in claims})
    answers = {
        document: Answer([texts[document]] + [texts[name] for name, _ in index.search(titles[document])[:SOURCES] if name != document])
        for document in documents
    }
    for number, claim, document, label in claims:
        own, answer = texts[document], answers[document]
        if label == "CONTRADICT":
            line = {"id": f"{number}/{document}/contradicted", "kind": "contradicted", "claim": claim, "evidence": [own]}
            yield document, line | {"others": answer.others(own), "label": "not attributable"}
            continue
        elsewhere = [name for name in documents if half(name) == half(document) and texts[name] not in answer.sources]
        foreign = texts[elsewhere[chance(claim, "between") % len(elsewhere)]]
        for line in lines_of(f"{number}/{document}", claim, [own], answer, answer.others(own), foreign):
            yield document, line


def attribution(path):
    records = read_jsonl(path)
    by_question = defaultdict(list)
    for record in records:
        by_question[record["question"]] += record["evidence"]
    texts = sorted({text for evidence in by_question.values() for text in evidence})
    index = Index(enumerate(texts))
    for record in records:
        question, claim, cited = record["question"], record["claim"], record["evidence"]
        if record["label"] != "attributable":
            continue
        near = [texts[name] for name, _ in index.search(question)]
        answer = Answer(cited + by_question[question] + near)
        wrong = [text for text in dict.fromkeys(by_question[question]) if text not in cited]
        elsewhere = sorted(name for name in by_question if half(name) == half(question) and name != question)
        texts_there = by_question[elsewhere[chance(claim, "between") % len(elsewhere)]]
        foreign = texts_there[chance(claim, "which") % len(texts_there)]
        for line in lines_of(record["id"], claim, cited, answer, wrong, foreign):
            yield question, line


def write(folder, name, grouped):
    grouped = list(grouped)
    for part in ("development", "reporting"):
        lines = [line for group, line in grouped if half(group) == part]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}-{part}.jsonl").write_text(text, encoding="utf-8")
        kinds = {kind: sum(line["kind"] == kind for line in lines) for kind in dict.fromkeys(line["kind"] for line in lines)}
        print(f"{name}-{part}.jsonl:", ", ".join(f"{count} {kind}" for kind, count in kinds.items()))


def main(data, folder):
    folder.mkdir(parents=True, exist_ok=True)
    bench = data / "attribution" / "attributionbench_dev.jsonl"
    write(folder, "scifact", scifact(data / "scifact"))
    write(folder, "attribution", attribution(bench))
    labelled = ({key: record[key] for key in ("id", "claim", "evidence", "label")} | {"kind": record["dataset"]} for record in read_jsonl(bench))
    questions = [record["question"] for record in read_jsonl(bench)]
    write(folder, "labelled", zip(questions, labelled, strict=True))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
