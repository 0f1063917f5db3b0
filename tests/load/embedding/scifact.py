"""What int8 costs in retrieval: nDCG@10 and recall@100 of dense search alone on a BEIR folder (SciFact's test split by default).

    scifact.py THROUGHPUT MODEL_DIR BEIR_DIR [SPLIT]

THROUGHPUT is the example program of retriever/embed. Every abstract (title, space, text) and every judged query is embedded in both
precisions; ranking is exact. nDCG as in Järvelin & Kekäläinen (2002) with linear gains, as pytrec_eval has it. Also prints each
precision's mean over queries of the difference, with its paired bootstrap interval.
"""

import json
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    throughput, model_dir, beir, *split = sys.argv[1:]
    corpus = [json.loads(line) for line in (Path(beir) / "corpus.jsonl").open()]
    judged = qrels(Path(beir) / "qrels" / f"{split[0] if split else 'test'}.tsv")
    queries = [query for query in map(json.loads, (Path(beir) / "queries.jsonl").open()) if query["_id"] in judged]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as texts:
        passages = [f"{record['title']} {record['text']}" for record in corpus]
        json.dump({"passages": passages, "queries": [query["text"] for query in queries]}, texts)
        texts.flush()
        scores = {}
        for precision in ("f32", "int8"):
            passages, asked = vectors([throughput, model_dir, precision, "2", texts.name])
            scores[precision] = [evaluate(rank(passages, query), corpus, judged[record["_id"]]) for query, record in zip(asked, queries)]
    for precision, found in scores.items():
        ndcg, recall = (sum(column) / len(found) for column in zip(*found))
        print(f"{precision}: nDCG@10 {ndcg:.4f}, recall@100 {recall:.4f}, n = {len(found)} queries, {len(corpus)} abstracts")
    differences = [int8[0] - f32[0] for int8, f32 in zip(scores["int8"], scores["f32"])]
    draw = random.Random(0)
    means = sorted(sum(draw.choices(differences, k=len(differences))) / len(differences) for _ in range(10_000))
    print(f"int8 - f32: nDCG@10 {sum(differences) / len(differences):+.4f} (95 % {means[250]:+.4f} to {means[9749]:+.4f})")


def vectors(command):
    import numpy as np

    done = subprocess.run(command, input="vectors passages\nvectors queries\n", capture_output=True, text=True, check=True)
    return [np.array(json.loads(line), np.float32) for line in done.stdout.splitlines()]


def rank(passages, query):
    """The best 100, ties in the corpus's order."""
    return (-(passages @ query)).argsort(kind="stable")[:100]


def evaluate(ranking, corpus, relevant):
    ids = [corpus[index]["_id"] for index in ranking]
    gain = sum(relevant.get(found, 0) / math.log2(place + 2) for place, found in enumerate(ids[:10]))
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(relevant.values(), reverse=True)[:10]))
    wanted = {found for found, grade in relevant.items() if grade > 0}
    return gain / ideal, len(wanted.intersection(ids)) / len(wanted)


def qrels(path):
    judged = {}
    for line in path.read_text().splitlines()[1:]:
        query, found, grade = line.split("\t")
        if int(grade) > 0:
            judged.setdefault(query, {})[found] = int(grade)
    return judged


if __name__ == "__main__":
    main()
