#!/usr/bin/env python3
"""Plain BM25, the peer that retrieval is compared with: `bm25.py DIR [--split NAME] [--json] [--run FILE]`.

Lucene's formula (Kamphuis et al. 2020, "Which BM25 do you mean?"), k1 1.2, b 0.75, exact document lengths:

    score = Σ over the query's words  ln(1 + (N − df + 0.5) / (df + 0.5)) · tf / (tf + k1 · (1 − b + b · length / mean length))

Title and text are one field. A word is a run of letters and digits, in lower case, at least two long, none of Lucene's 33 English stop
words, stemmed as Porter did (1980). Nothing of the project's own reading of LaTeX, names or numbers goes in: it is what a lab would get
from any search engine as it comes. Needs Python alone. `--run` writes the rankings, for other judges.
"""

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

from porter import stem

K1, B, HITS = 1.2, 0.75, 100
STOP = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split()
)
WORD = re.compile(r"[^\W_]+")
stemmed = lru_cache(maxsize=None)(stem)


def words(text):
    return [stemmed(word) for word in WORD.findall(text.lower()) if len(word) > 1 and word not in STOP]


class Index:
    def __init__(self, documents):
        """`documents`: (id, text) of each."""
        self.ids, self.lengths, self.postings = [], [], defaultdict(list)
        for place, (name, text) in enumerate(documents):
            counts = Counter(words(text))
            self.ids.append(name)
            self.lengths.append(sum(counts.values()))
            for word, count in counts.items():
                self.postings[word].append((place, count))
        self.mean = sum(self.lengths) / len(self.lengths)

    def search(self, text):
        """The best (id, score), equal ones by id, descending, as trec_eval breaks ties."""
        scores = defaultdict(float)
        for word in words(text):
            found = self.postings.get(word, ())
            idf = math.log(1 + (len(self.ids) - len(found) + 0.5) / (len(found) + 0.5))
            for place, count in found:
                scores[place] += idf * count / (count + K1 * (1 - B + B * self.lengths[place] / self.mean))
        ranked = sorted(((score, self.ids[place]) for place, score in scores.items()), reverse=True)
        return [(name, score) for score, name in ranked[:HITS]]


def judge(ranking, judgements):
    """As `antigravity evaluate retrieval` has it; docs/evaluation.md gives the formulas."""
    grades = [max(judgements.get(name, 0), 0) for name in ranking]
    relevant = sum(grade > 0 for grade in judgements.values())
    first = next((rank for rank, grade in enumerate(grades[:10], 1) if grade), math.inf)

    def dcg(gains):
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:10], 1))

    return {
        "ndcg@10": dcg(grades) / dcg(sorted((max(grade, 0) for grade in judgements.values()), reverse=True)),
        "recall@8": sum(grade > 0 for grade in grades[:8]) / relevant,
        "recall@100": sum(grade > 0 for grade in grades[:100]) / relevant,
        "mrr@10": 1 / first,
        "success@8": float(any(grades[:8])),
    }


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_qrels(path):
    judged = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        judged[query][document] = int(grade)
    return {query: grades for query, grades in judged.items() if max(grades.values()) > 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--split", default="test")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--run", type=Path, help="write the rankings here: query, document, score between tabs")
    arguments = parser.parse_args()

    index = Index((line["_id"], f"{line.get('title', '')} {line['text']}") for line in read_jsonl(arguments.dir / "corpus.jsonl"))
    judged = read_qrels(arguments.dir / "qrels" / f"{arguments.split}.tsv")
    run, judgements = [], []
    for query in read_jsonl(arguments.dir / "queries.jsonl"):
        if query["_id"] in judged:
            found = [(name, score) for name, score in index.search(query["text"]) if name != query["_id"]]
            run += [f"{query['_id']}\t{name}\t{score!r}\n" for name, score in found]
            judgements.append(judge([name for name, _ in found], judged[query["_id"]]))
    if arguments.run:
        arguments.run.write_text("".join(run), encoding="utf-8")
    means = {name: sum(values[name] for values in judgements) / len(judgements) for name in judgements[0]}
    if arguments.json:
        print(json.dumps({name: {"value": value, "n": len(judgements)} for name, value in means.items()}, indent=2))
    else:
        print(f"{arguments.dir.name}, {arguments.split}: {len(judgements)} queries, {len(index.ids)} documents")
        print("".join(f"{name:<10}  {value:.4f}\n" for name, value in means.items()), end="")


if __name__ == "__main__":
    main()
