#!/usr/bin/env python3
"""Indexes a file twice and says how much quicker the second run was, and how many texts each embedded: the second none.

    second_run.py [--records N] [--program FILE] [--file FILE]

Times are those of `antigravity index` as a whole, with the model's loading and the archive's opening and closing, and, as the program reports
them, of its work alone. Exit code 1 when the second run embeds anything or is less than 20 times as fast by its own report.
"""

import re
import sys
import tempfile
import time
from pathlib import Path

from program import Program, arguments, first_records

LEAST = 20


def main():
    options = arguments(__doc__, 5_000).parse_args()
    with tempfile.TemporaryDirectory(prefix="antigravity-second-run-") as folder:
        file = Path(folder) / "records.jsonl"
        first_records(options.file, options.records, file)
        program = Program(options.program, Path(folder) / "data")
        runs = [Run(program, file) for _ in range(2)]
    first, second = runs
    for name, run in zip(("first", "second"), runs):
        print(f"{name} run: {run.whole:.2f} s as a whole, {run.work:.2f} s of work, {run.new} new, {run.unchanged} unchanged, {run.texts} texts embedded")
    factor = first.work / max(second.work, 0.05)
    print(f"{options.records} records: the second run is {factor:.1f} × as fast ({first.whole / second.whole:.1f} × as a whole)")
    return int(second.texts > 0 or factor < LEAST)


class Run:
    def __init__(self, program, file):
        started = time.monotonic()
        report, log = program.run("index", file, "--log", "antigravity_retriever=debug")
        self.whole = time.monotonic() - started
        # Told to a tenth of a second: less than half of one reads as 0.0.
        self.work = float(re.search(r"records in ([\d.]+) s", report)[1])
        self.new, self.unchanged = (int(re.search(rf"{name} +(\d+)", report)[1]) for name in ("new", "unchanged"))
        self.texts = sum(map(int, re.findall(r"embedding texts=(\d+)", log)))


if __name__ == "__main__":
    sys.exit(main())
