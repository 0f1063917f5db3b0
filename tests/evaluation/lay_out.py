#!/usr/bin/env python3
"""Lays out a set in BEIR's form with its queries in two halves: `lay_out.py SET FOLDER`.

    FOLDER/corpus.jsonl, FOLDER/queries.jsonl            links to the set's own
    FOLDER/qrels/NAME.tsv                                every split that the set has
    FOLDER/qrels/development.tsv, .../reporting.tsv      the judgements of `test`, halved

A query belongs to `development` where the first byte of the SHA-256 of its id is even, otherwise to `reporting`. So the halves are the same
everywhere, for good, and don't depend on the order of a file. Tune on the one, report the other.
"""

import hashlib
import sys
from pathlib import Path


def half(query):
    return "development" if hashlib.sha256(query.encode()).digest()[0] % 2 == 0 else "reporting"


def lay_out(source, target):
    (target / "qrels").mkdir(parents=True, exist_ok=True)
    for name in ("corpus.jsonl", "queries.jsonl"):
        link(source / name, target / name)
    for split in sorted((source / "qrels").glob("*.tsv")):
        link(split, target / "qrels" / split.name)
    header, *judgements = (source / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    for name in ("development", "reporting"):
        lines = [line for line in judgements if half(line.split("\t")[0]) == name]
        (target / "qrels" / f"{name}.tsv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        print(f"{name}: {len({line.split(chr(9))[0] for line in lines})} queries, {len(lines)} judgements")


def link(source, target):
    target.unlink(missing_ok=True)
    target.symlink_to(source.resolve())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    lay_out(Path(sys.argv[1]), Path(sys.argv[2]))
