#!/usr/bin/env python3
"""Indexes many preprints and searches them, through the program as users run it, and says which bars hold.

    run.py [--records N] [--from arxiv_100k.jsonl.gz] [--data-dir DIR] [--model-dir DIR] [--encoder-records N] [--keep]

Builds the program in the profile `release`, indexes the first N records (default 20,000) into a fresh archive, then serves it and asks it
questions one at a time: alone, while 2,000 further records are indexed through the same server, and with nothing else once more for the
memory. A third part opens the archive without the program and compares the graph's neighbours with the exact ones.

Questions are titles of old preprints (hep_citations) and first sentences of abstracts of which the archive holds some: as long as what
people ask. Indexing is compared with the encoder alone on the texts of the same records, or of a random sample of them, in CPU time (other
processes hardly disturb it) and, on a quiet machine, in wall time. Memory is the anonymous part of the resident set (Linux): pages of the index that are mapped can be dropped at any
time. Everything is kept in the git-ignored target/load/retrieval. Ends with 1 if a bar is missed.
"""

import argparse
import gzip
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
WORK = TARGET / "load" / "retrieval"
DATA = ROOT.parent / "shared" / "data"
PROGRAM = TARGET / "release" / "antigravity"
QUESTIONS = 300  # of each kind
MEANWHILE = 2_000  # records indexed while searching
MIB = 1 << 20


def main():
    options = arguments()
    build()
    WORK.mkdir(parents=True, exist_ok=True)
    records, later, texts = inputs(options)
    figures = {"records": options.records}
    if options.data_dir.exists() and not options.reuse:
        shutil.rmtree(options.data_dir)
    if not options.reuse:
        figures |= index(records, options)
        figures |= encoder_alone(records, options)
        figures["second run, s"] = timed(indexing_of(records, options))
    figures["disk, KB per preprint"] = sum(f.stat().st_blocks * 512 for f in options.data_dir.rglob("*") if f.is_file()) / options.records / 1000
    try:
        figures |= serve(later, texts, options)
        figures |= approximate(texts, options)
    finally:
        missed = report(figures)
    if not options.keep:
        shutil.rmtree(options.data_dir)
    raise SystemExit(1 if missed else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--from", dest="source", type=Path, default=DATA / "arxiv_100k.jsonl.gz")
    parser.add_argument("--data-dir", type=Path, default=WORK / "archive")
    parser.add_argument("--model-dir", type=Path, default=Path.home() / ".local/share/antigravity/models")
    parser.add_argument("--encoder-records", type=int, help="how many records the encoder alone embeds, taken at random [default: all]")
    parser.add_argument("--keep", action="store_true", help="leave the archive there")
    parser.add_argument("--reuse", action="store_true", help="measure an archive that an earlier run left")
    return parser.parse_args()


def build():
    # The whole workspace in one command, as the other measurements build it: each set of packages has its own features, and the vector
    # database would be built for each.
    wanted = ["--bins", *(f"--example={name}" for name in ("search_load", "passages", "approximate", "throughput"))]
    subprocess.run(["cargo", "build", "--locked", "--release", "--workspace", *wanted], cwd=ROOT, check=True)


def example(name):
    return TARGET / "release" / "examples" / name


def inputs(options):
    """The records to index, those to index later, and the questions, each in a file."""
    opened = gzip.open(options.source, "rt") if options.source.suffix == ".gz" else open(options.source)
    with opened as lines:
        every = list(lines)
    first, rest = every[: options.records], every[options.records :] or every
    random.Random(20261124).shuffle(rest)
    records, later, texts = WORK / "records.jsonl", WORK / "later.jsonl", WORK / "texts.json"
    records.write_text("".join(first))
    # Where all of them are indexed already, the later ones come under other names, so that they are embedded and written all the same.
    again = options.records >= len(every)
    later.write_text("".join(renamed(line, number) if again else line for number, line in enumerate(rest[:MEANWHILE])))
    titles = [json.loads(line)["text"] for line in open(DATA / "hep_citations" / "queries.jsonl")]
    abstracts = [json.loads(line)["abstract"] for line in random.Random(7).sample(every, QUESTIONS)]
    questions = titles[:QUESTIONS] + [re.split(r"(?<=\w\.)\s", text)[0][:400] for text in abstracts]
    random.Random(11).shuffle(questions)
    texts.write_text(json.dumps(questions))
    return records, later, texts


def renamed(line, number):
    record = json.loads(line)
    record["id"] = f"2611.{number:05d}"
    record.pop("ag_id", None)
    return json.dumps(record) + "\n"


def anonymous(pid):
    """Bytes of anonymous resident memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) * 1024


class Peak(threading.Thread):
    """The largest anonymous memory of a process, looked at every tenth of a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.bytes = pid, 0

    def run(self):
        try:
            while True:
                self.bytes = max(self.bytes, anonymous(self.pid))
                time.sleep(0.1)
        except (OSError, TypeError):
            pass  # It has ended.


def indexing_of(records, options):
    return [PROGRAM, "index", "--data-dir", options.data_dir, "--model-dir", options.model_dir, records]


def index(records, options):
    start = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(indexing_of(records, options))
    peak = Peak(process.pid)
    peak.start()
    if process.wait() != 0:
        raise SystemExit("indexing failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"indexing, wall s": time.monotonic() - start, "indexing, CPU s": cpu, "indexing, anonymous MiB": peak.bytes / MIB}


def encoder_alone(records, options):
    """Embeds the same texts, a few hundred at a time as indexing does, with both threads. A sample's time counts for all."""
    with open(records) as opened:
        lines = list(opened)  # Not `splitlines`, which parts a record at a line separator within its text.
    sample = min(options.encoder_records or len(lines), len(lines))
    sampled, passages = WORK / "sampled.jsonl", WORK / "passages.json"
    chosen = sorted(random.Random(20261130).sample(range(len(lines)), sample))
    sampled.write_text("".join(lines[at] for at in chosen))
    passages.write_text(subprocess.run([example("passages"), sampled], check=True, capture_output=True, text=True).stdout)
    workers = str(os.cpu_count())
    command = [example("throughput"), options.model_dir, "int8", workers, passages]
    reply = subprocess.run(command, input="bulk records\n", check=True, capture_output=True, text=True).stdout
    measured, times = json.loads(reply), len(lines) / sample
    return {"encoder alone, records": sample, "encoder alone, wall s": measured["wall"] * times, "encoder alone, CPU s": measured["cpu"] * times}


def timed(command):
    start = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - start


def serve(later, texts, options):
    command = [PROGRAM, "serve", "--data-dir", options.data_dir, "--model-dir", options.model_dir, "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://(\S+)", server.stdout.readline())[1]
        search(address, texts)  # The first ones read the index into the page cache.
        alone = search(address, texts)
        serving = anonymous(server.pid) / MIB
        peak = Peak(server.pid)
        peak.start()
        indexing = subprocess.Popen([PROGRAM, "index", "--server", f"http://{address}", later], stderr=subprocess.DEVNULL)
        meanwhile = []
        while indexing.poll() is None:
            asked = search(address, texts, "5")
            # Not what came after the indexing.
            meanwhile += asked if indexing.poll() is None else []
        if indexing.returncode != 0:
            raise SystemExit("indexing through the server failed")
        percent = lambda values, share: sorted(values)[min(len(values) - 1, int(share * len(values)))]
        return {
            "search, n": len(alone),
            "search, p50 ms": percent(alone, 0.5),
            "search, p99 ms": percent(alone, 0.99),
            "search while indexing, n": len(meanwhile),
            "search while indexing, p50 ms": percent(meanwhile, 0.5),
            "search while indexing, p99 ms": percent(meanwhile, 0.99),
            "serving, anonymous MiB": serving,
            "serving and indexing, anonymous MiB": peak.bytes / MIB,
        }
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def search(address, texts, *seconds):
    reply = subprocess.run([example("search_load"), address, texts, *seconds], check=True, capture_output=True, text=True)
    return json.loads(reply.stdout)


def approximate(texts, options):
    index_dir = options.data_dir / "index"
    # The engine's folders bear the collection's name and, behind a full stop, which making of it they are.
    collection = next((index_dir / "collections").iterdir()).name.rpartition(".")[0]
    command = [example("approximate"), index_dir, options.model_dir, texts, collection]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {"recall@8 of the graph": found["recall@8"], "dense search, ms": found["approximate_ms"], "exact dense search, ms": found["exact_ms"]}


# What is measured, whether less or more is wanted, and the bar.
BARS = [
    ("encoder's share of indexing, CPU", ">=", 0.75),
    ("encoder's share of indexing, wall", ">=", 0.75),
    ("indexing, anonymous MiB", "<=", 1536),
    ("serving, anonymous MiB", "<=", 600),
    ("search, p50 ms", "<=", 10),
    ("search, p99 ms", "<=", 25),
    ("search while indexing, p99 ms", "<=", 60),
    ("recall@8 of the graph", ">=", 0.98),
    ("second run, times faster", ">=", 20),
]


def report(figures):
    if "indexing, CPU s" in figures:
        figures["encoder's share of indexing, CPU"] = figures["encoder alone, CPU s"] / figures["indexing, CPU s"]
        figures["encoder's share of indexing, wall"] = figures["encoder alone, wall s"] / figures["indexing, wall s"]
        figures["second run, times faster"] = figures["indexing, wall s"] / figures["second run, s"]
    bars, missed = {name: (sign, bar) for name, sign, bar in BARS}, []
    print(f"\n{'figure':<38} {'measured':>12}  bar")
    for name, value in figures.items():
        sign, bar = bars.get(name, (None, None))
        holds = sign and (value <= bar if sign == "<=" else value >= bar)
        missed += [name] if sign and not holds else []
        verdict = f"{sign} {bar}: {'holds' if holds else 'MISSED'}" if sign else ""
        print(f"{name:<38} {value:>12,.3f}  {verdict}")
    return missed


if __name__ == "__main__":
    main()
