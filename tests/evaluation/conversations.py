#!/usr/bin/env python3
"""Whether a conversation resolves what leans on it: `conversations.py --server HOST:PORT [QUESTIONS]`.

QUESTIONS (conversations.jsonl beside this file) has one last question of a conversation per line: {"earlier": [earlier questions], "question", "leans",
"sources": [the arXiv id that answers it]}. Each is asked of a running gateway without and with the earlier questions, extractively, of the archive that
`make evaluate` indexes. Reported: how often the source is among the eight, and the first, and how often a question was rightly taken to lean or
to stand alone.
"""

import argparse
import json
import urllib.request
from pathlib import Path


def ask(server, question, earlier):
    turns = [{"question": text} for text in earlier]
    body = json.dumps({"question": question, "previousTurns": turns, "model": "extractive"}).encode()
    request = urllib.request.Request(f"http://{server}/v1/ask", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        return json.load(reply)["answer"]


def rank(answer, sources):
    found = [source["sourceId"].removeprefix("arXiv:") for source in answer.get("sources", [])]
    return next((place for place, id in enumerate(found) if id in sources), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("questions", nargs="?", type=Path, default=Path(__file__).with_name("conversations.jsonl"))
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    for leans in (True, False):
        asked = [line for line in lines if line["leans"] == leans]
        ranks = {"alone": [], "in conversation": []}
        right = 0
        for line in asked:
            ranks["alone"].append(rank(ask(options.server, line["question"], []), line["sources"]))
            answer = ask(options.server, line["question"], line["earlier"])
            ranks["in conversation"].append(rank(answer, line["sources"]))
            resolved = bool(answer["provenance"]["retrieval"].get("standaloneQuestion"))
            right += resolved == leans
            if resolved != leans:
                print(f"taken wrongly: {line['question']}")
        print(f"{'leans' if leans else 'stands alone'}: n = {len(asked)}, taken rightly {right}")
        for how, places in ranks.items():
            among, first = sum(place is not None for place in places), sum(place == 0 for place in places)
            print(f"  {how}: among the eight {among}, most similar {first}")


if __name__ == "__main__":
    main()
