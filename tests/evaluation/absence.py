#!/usr/bin/env python3
"""absence.py QUESTIONS.jsonl RECORDS.jsonl: proves of every question of a set that the archive lacks what it is said to lack.

Each term under `absent` is searched in title and abstract of every record, with letters, digits and Greek names alone, from the beginning of a
word on, so that `strangelet` finds `strangelets`. Each id under `sources` must be a record's. What doesn't hold is named; the exit code is 1 then.
"""

import json
import re
import sys
import unicodedata

MARKUP = re.compile(r"\\(?:text|mathrm|rm|mathit|it|mathbf|bf|textit|texttt|emph)\b")


def folded(text):
    """Lower case, LaTeX and accents gone, Greek letters as words, one space between words and at both ends."""
    named = "".join(f" {unicodedata.name(c).split()[-1].lower()} " if "α" <= c.lower() <= "ω" else c for c in text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", named) if not unicodedata.combining(c)).lower()
    return f" {' '.join(re.sub(r'[^a-z0-9.]+', ' ', MARKUP.sub(' ', plain)).split())} "


def faults(questions, records):
    texts = {record["id"]: folded(f"{record['title']} . {record['abstract']}") for record in records}
    for place, question in enumerate(questions, 1):
        for term in question.get("absent", []):
            holders = [one for one, text in texts.items() if folded(term).rstrip() in text]
            if holders:
                yield f"{place}: `{term}` stands in {', '.join(holders[:3])} ({len(holders)} in all)"
        for source in question.get("sources", []):
            if source not in texts:
                yield f"{place}: no record {source}"


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main():
    questions, records = map(read, sys.argv[1:3])
    found = list(faults(questions, records))
    terms = sum(len(question.get("absent", [])) for question in questions)
    print("\n".join([*found, f"{len(questions)} questions, {terms} absent terms, {len(records)} records, {len(found)} faults"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
