#!/usr/bin/env python3
"""Every measurement of `antigravity evaluate` for which the data is here, one table after another: `make evaluate [MODEL=…]`.

    evaluate.py [--model NAME] [--only coverage,citations,…] [--questions N] [--data DIR] [--archive DIR] [--program FILE]

    coverage     tests/evaluation/questions.jsonl, reporting half, of the archive of ../shared/data/arxiv_sample.jsonl
    citations    the answers to these
    follow-ups   the first N of these that the archive can answer, wholly or in part, by the SHA-256 of their text
    grounding    the reporting halves of the claims that swaps.py makes from ../shared/data
    retrieval    ../shared/data/scifact, `test`; ../shared/data/hep_citations, `reporting`

The archive is indexed below .antigravity/evaluation at first (some minutes) and kept. Without --model the extractive composer writes every answer; with one, a
model of your settings does (ANTIGRAVITY_CONFIG names them), and is paid: once per question of coverage and of follow-ups. Grounding and
retrieval ask no model in either case. What has no data here is left out, and named at the end; exit code 1 only when a measurement fails.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lay_out import half, lay_out
from program import ROOT, TARGET

DATA = ROOT.parent / "shared" / "data"
QUESTIONS = ROOT / "tests" / "evaluation" / "questions.jsonl"
MEASUREMENTS = ["coverage", "citations", "follow-ups", "grounding", "retrieval"]


class Evaluation:
    def __init__(self, options, folder):
        self.program, self.archive, self.folder = options.program, options.archive, folder
        self.model, self.questions, self.data = options.model, options.questions, options.data
        self.left_out, self.failed = [], []

    def run(self, *words):
        """One command of the program, shown before its output. Whether it went well."""
        print(f"\n$ antigravity {' '.join(map(str, words))}\n", flush=True)
        done = subprocess.run([str(self.program), *map(str, words)], stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            self.failed.append(str(words[1]))
        return done.returncode == 0

    def has(self, what, *files):
        missing = [file for file in files if not file.exists()]
        if missing:
            self.left_out.append(f"{what}: {', '.join(map(str, missing))} missing")
        return not missing

    def indexed(self, what):
        """Whether the archive of the sample is there: indexing it again changes nothing."""
        sample = self.data / "arxiv_sample.jsonl"
        return self.has(what, sample) and self.run("index", sample, "--data-dir", self.archive)

    def writer(self):
        return ["--model", self.model or "extractive", "--data-dir", self.archive]

    def coverage(self):
        if self.indexed("coverage"):
            self.run("evaluate", "coverage", QUESTIONS, "--split", "reporting", "--answers", self.folder / "answers.jsonl", *self.writer())

    def citations(self):
        answers = self.folder / "answers.jsonl"
        if not answers.exists():
            self.left_out.append("citations: they are measured of the answers of `coverage`")
            return
        self.run("evaluate", "citations", answers, "--data-dir", self.archive)

    def follow_ups(self):
        if not self.indexed("follow-ups"):
            return
        lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
        asked = [line for line in lines if line["expected"] in ("full", "partial") and half(line["question"]) == "reporting"]
        asked.sort(key=lambda line: hashlib.sha256(line["question"].encode()).digest())
        file = self.folder / "follow-ups.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in asked[: self.questions]), encoding="utf-8")
        self.run("evaluate", "follow-ups", file, *self.writer())

    def grounding(self):
        if not self.has("grounding", self.data / "scifact", self.data / "attribution" / "attributionbench_dev.jsonl"):
            return
        swaps = self.folder / "swaps"
        made = subprocess.run([sys.executable, str(Path(__file__).with_name("swaps.py")), str(self.data), str(swaps)])
        if made.returncode != 0:
            self.failed.append("grounding (swaps.py)")
            return
        for name in ("scifact", "attribution", "labelled"):
            self.run("evaluate", "grounding", swaps / f"{name}-reporting.jsonl")

    def retrieval(self):
        if self.has("retrieval of scifact", self.data / "scifact"):
            self.run("evaluate", "retrieval", self.data / "scifact")
        if self.has("retrieval of hep_citations", self.data / "hep_citations"):
            halves = self.folder / "hep_citations"
            lay_out(self.data / "hep_citations", halves)
            self.run("evaluate", "retrieval", halves, "--split", "reporting")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="a model of your settings [none: the extractive composer]")
    parser.add_argument("--only", default=",".join(MEASUREMENTS), help=f"some of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--questions", type=int, default=60, help="how many questions follow-ups are measured on [60]")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the sets [../shared/data]")
    parser.add_argument("--archive", type=Path, default=ROOT / ".antigravity" / "evaluation", help="where the sample is indexed")
    parser.add_argument("--program", type=Path, default=TARGET / "quick" / "antigravity", help="the compiled program [target/quick/antigravity]")
    options = parser.parse_args()
    wanted = [name.strip() for name in options.only.split(",")]
    unknown = [name for name in wanted if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no measurement is called {', '.join(unknown)}: there are {', '.join(MEASUREMENTS)}")
    if not options.program.is_file():
        sys.exit(f"{options.program} is missing: build it (make program) or name another with --program")
    print(writer(options.model))
    with tempfile.TemporaryDirectory(prefix="antigravity-evaluation-") as folder:
        evaluation = Evaluation(options, Path(folder))
        for name in MEASUREMENTS:
            if name in wanted:
                print(f"\n== {name}", flush=True)
                getattr(evaluation, name.replace("-", "_"))()
    for left_out in evaluation.left_out:
        print(f"\nleft out: {left_out}")
    print(f"\n{writer(options.model)}")
    if evaluation.failed:
        sys.exit(f"failed: {', '.join(evaluation.failed)}")


def writer(model):
    if model:
        return f"The answers measured here are written by the model `{model}`; grounding and retrieval ask no model."
    return "The answers measured here are the extractive composer's: no model was asked. MODEL=NAME measures a model of your settings."


if __name__ == "__main__":
    main()
