"""The program `antigravity` and records for it, for the measurements of this folder."""

import argparse
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RECORDS = ROOT.parent / "shared" / "data" / "arxiv_100k.jsonl.gz"


def arguments(description, records):
    """A parser with what all measurements take; `records` is how many are indexed unless said otherwise."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=TARGET / "quick" / "antigravity", help="the compiled program [target/quick/antigravity]")
    parser.add_argument("--file", type=Path, default=RECORDS, help="JSON Lines or .gz [../shared/data/arxiv_100k.jsonl.gz]")
    parser.add_argument("--records", type=int, default=records, help=f"how many of its first records [{records}]")
    return parser


def first_records(file, count, target):
    """Writes the first records of a file to another."""
    opened = gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8")
    with opened as lines, target.open("w", encoding="utf-8") as out:
        written = sum(bool(out.write(line)) for line, _ in zip(lines, range(count)))
    if written < count:
        sys.exit(f"{file} has {written} records, not {count}: choose a smaller --records")


class Program:
    """The program over one data directory. What the surrounding shell sets of its options stays out, but for the model's folder."""

    def __init__(self, program, data):
        if not program.is_file():
            sys.exit(f"{program} is missing: build it (make program) or name another with --program")
        self.program, self.data = program, data
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ANTIGRAVITY_")}
        model = os.environ.get("ANTIGRAVITY_MODEL_DIR")
        if model:
            self.environment["ANTIGRAVITY_MODEL_DIR"] = model

    def command(self, *words):
        return [str(self.program), *map(str, words), "--data-dir", str(self.data)]

    def run(self, *words, sound=True):
        """Runs to the end: (standard output, standard error). Ends this measurement when the program fails, unless told otherwise."""
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, encoding="utf-8")
        if sound and done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout, done.stderr

    def serve(self):
        return Server(self)


class Server:
    """`antigravity serve` on a free port."""

    def __init__(self, program):
        command = program.command("serve", "--listen", "127.0.0.1:0")
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=program.environment, **options)
        log, self.address = [], None
        for line in self.process.stderr:
            log.append(line)
            self.address = address_of(line)
            if self.address:
                break
        else:
            sys.exit(f"the server ended with {self.process.wait()}:\n{''.join(log)}")
        # A full pipe would stop the server.
        self.rest = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.rest.start()

    def kill(self):
        """As a power cut or the kernel's memory killer would."""
        self.end(signal.SIGKILL)

    def end(self, sign=signal.SIGTERM):
        self.process.send_signal(sign)
        self.process.wait()
        self.rest.join()


def address_of(line):
    try:
        return json.loads(line).get("address")
    except ValueError:
        return None
