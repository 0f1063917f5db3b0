#!/usr/bin/env python3
"""Races the encoder against Python's onnxruntime with the same weights, in one alternating run on one thread each, and says which bars hold.

    run.py [--model-dir DIR] [--corpus corpus.jsonl] [--queries queries.jsonl] [--rounds N] [--scifact]

Installs its own peer into the git-ignored target/load/embedding (pinned in requirements.txt, by hash), builds the peer's graphs there, and
the encoder's example program in the profile `release`. Texts are abstracts of 240 tokens or more, cut at 256; queries have 36 to 44
tokens; sentences are as they come. All figures are CPU time (user + system, tokenizing included), which other processes hardly disturb;
only the comparison of two threads with one is wall time. --scifact also measures what int8 costs in retrieval (five CPU-minutes more).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from programs import ROOT, TARGET, installed

WORK = TARGET / "load" / "embedding"
SCIFACT = ROOT.parent / "shared" / "data" / "scifact"
TEXTS, QUERIES, SENTENCES = 96, 80, 200

# What is compared, the least ratio that passes, and the one that is wanted.
BARS = [
    ("texts per CPU-second, int8 / ONNX Runtime fp32", "long", "fp32", "int8", 2.3, 3.0),
    ("texts per CPU-second, int8 / ONNX Runtime int8", "long", "ort-int8", "int8", 1.3, 1.8),
    ("texts per CPU-second, f32 / ONNX Runtime fp32", "long", "fp32", "f32", None, None),
    ("queries per CPU-second, int8 / ONNX Runtime fp32", "query", "fp32", "int8", 2.0, None),
    ("queries per CPU-second, int8 / ONNX Runtime int8", "query", "ort-int8", "int8", None, None),
    ("sentences per CPU-second, int8 / ONNX Runtime int8", "sentence", "ort-int8", "int8", None, None),
]
TWO_THREADS = 1.9


def main():
    options = arguments()
    python = str(installed(HERE / "requirements.txt", WORK) / "bin" / "python")
    if Path(sys.prefix).resolve() != (WORK / "venv").resolve():
        os.execv(python, [python, __file__, *sys.argv[1:]])
    command = ["cargo", "build", "--locked", "--release", "--package", "antigravity-embed", "--example", "throughput"]
    subprocess.run(command, cwd=ROOT, check=True)
    throughput = str(TARGET / "release" / "examples" / "throughput")
    texts = write_texts(options)
    graphs = build_graphs(options.model_dir)
    runners = {
        "int8": Runner([throughput, options.model_dir, "int8", "1", texts], "bulk {}", "query {}"),
        "f32": Runner([throughput, options.model_dir, "f32", "1", texts], "bulk {}", "query {}"),
        "int8, 2 threads": Runner([throughput, options.model_dir, "int8", "2", texts], "bulk {}", "query {}"),
    }
    for name, graph in (("fp32", graphs[0]), ("ort-int8", graphs[1])):
        command = [python, str(HERE / "peer.py"), options.model_dir, graph, texts]
        # The better of batch 1 and 8.
        runners[name] = Runner(command, "{} 1", "{} 1")
        runners[name + ", batch 8"] = Runner(command, "{} 8", "{} 1")
    passed = report(race(runners, options.rounds))
    for runner in runners.values():
        runner.close()
    if options.scifact:
        subprocess.run([python, str(HERE / "scifact.py"), throughput, options.model_dir, str(options.corpus.parent)], check=True)
    sys.exit(0 if passed else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    home = Path(os.environ.get("ANTIGRAVITY_MODEL_DIR") or Path.home() / ".local" / "share" / "antigravity" / "models")
    parser.add_argument("--model-dir", default=str(home), help="default: where `make model` puts it")
    parser.add_argument("--corpus", type=Path, default=SCIFACT / "corpus.jsonl", help="JSON Lines with title and text")
    parser.add_argument("--queries", type=Path, default=SCIFACT / "queries.jsonl", help="JSON Lines with text")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scifact", action="store_true")
    return parser.parse_args()


def write_texts(options):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(options.model_dir) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def tokens(text):
        return len(tokenizer.encode(text).ids)

    corpus = [json.loads(line) for line in options.corpus.open()]
    abstracts = [f"{record['title']} {record['text']}" for record in corpus]
    queries = [json.loads(line)["text"] for line in options.queries.open()]
    sentences = [sentence.strip() for record in corpus for sentence in record["text"].split(". ") if sentence.strip()]
    sets = {
        "long": [text for text in abstracts if tokens(text) >= 240][:TEXTS],
        "query": [text for text in queries if 36 <= tokens(text) <= 44][:QUERIES],
        "sentence": sentences[:SENTENCES],
    }
    for name, texts in sets.items():
        print(f"{name}: {len(texts)} texts of {statistics.mean(map(tokens, texts)):.0f} tokens on average")
    path = WORK / "texts.json"
    path.write_text(json.dumps(sets))
    return str(path)


def build_graphs(model_dir):
    import peer_model

    return peer_model.build(model_dir, WORK)


class Runner:
    """A process that embeds sets of texts on request."""

    def __init__(self, command, bulk, one_by_one):
        self.requests = {"long": bulk, "query": one_by_one, "sentence": bulk}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, texts):
        self.process.stdin.write(self.requests[texts].format(texts) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def race(runners, rounds):
    """Set → runner → the rounds' replies. Every round asks every runner in turn; one round before them warms up."""
    replies = {texts: {name: [] for name in runners} for texts in ("long", "query", "sentence")}
    for number in range(rounds + 1):
        for texts, found in replies.items():
            for name, runner in runners.items():
                reply = runner.run(texts)
                if number > 0:
                    found[name].append(reply)
    return replies


def report(replies):
    seconds = {
        texts: {name: statistics.median(reply["cpu"] / reply["texts"] for reply in rounds) for name, rounds in found.items()}
        for texts, found in replies.items()
    }
    for texts, found in seconds.items():
        for name, each in found.items():
            rounds = replies[texts][name]
            print(f"{texts:8} {name:18} {1e3 * each:7.2f} CPU-ms per text, {1 / each:6.1f} per CPU-second (n = {len(rounds)} × {rounds[0]['texts']})")
    passed = True
    for what, texts, peer, ours, least, wanted in BARS:
        ratio = min(seconds[texts][peer], seconds[texts][peer + ", batch 8"]) / seconds[texts][ours]
        passed &= verdict(what, ratio, least, wanted)
    long = replies["long"]
    ratio = min(reply["wall"] for reply in long["int8"]) / min(reply["wall"] for reply in long["int8, 2 threads"])
    return verdict("texts per second, two threads / one (wall, best rounds)", ratio, TWO_THREADS, None) and passed


def verdict(what, ratio, least, wanted):
    bars = [f"at least {least}" if least else "no bar", f"wanted {wanted}" if wanted else ""]
    holds = least is None or ratio >= least
    print(f"{'ok  ' if holds else 'MISS'} {ratio:5.2f} × {what} ({', '.join(filter(None, bars))})")
    return holds


if __name__ == "__main__":
    main()
