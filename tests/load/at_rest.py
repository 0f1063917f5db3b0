#!/usr/bin/env python3
"""How long each service takes from its start until it takes calls, and what it holds while nobody asks.

    at_rest.py [--profile release] [--starts 10] [--json]

The weights are on disk and in its cache; the retriever is joined to an engine behind a port, in a Qdrant server's place. Time counts from
the process's creation to the line in its log that says it listens; memory is resident, two seconds later. Ends with 1 if a bar is missed.
Build with `make load-programs`.
"""

import argparse
import subprocess
import sys
import tempfile
import time

import programs
from programs import MIB, Service, at, percentile

BARS = {
    "gateway, slowest start ms": ("<=", 100.0),
    "answerer, slowest start ms": ("<=", 100.0),
    "retriever, slowest start ms": ("<=", 1000.0),
    "gateway, at rest MiB": ("<=", 32.0),
    "answerer, at rest MiB": ("<=", 48.0),
    "retriever, at rest MiB": ("<=", 200.0),
}


def main():
    options = arguments()
    folder = programs.built(options.profile, "antigravity-gateway", "antigravity-retriever", "antigravity-answerer", "examples/served_engine")
    machine, figures = programs.machine(), {}
    with tempfile.TemporaryDirectory(prefix="antigravity-rest-") as data:
        engine = subprocess.Popen([folder / "examples" / "served_engine", f"{data}/engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        commands = {
            "gateway": [folder / "antigravity-gateway"],
            "answerer": [folder / "antigravity-answerer"],
            "retriever": programs.retriever(folder, "--qdrant", engine.stdout.readline().strip()),
        }
        for name, command in commands.items():
            starts, held = [], []
            for _ in range(options.starts):
                service = Service([*command, *at("127.0.0.1:0")])
                time.sleep(2)
                starts.append(1e3 * service.seconds_to_ready)
                held.append(service.resident() / MIB)
                service.end()
            figures |= {f"{name}, median start ms": percentile(starts, 0.5), f"{name}, slowest start ms": max(starts), f"{name}, at rest MiB": max(held)}
        engine.stdin.close()
        engine.wait()
    heading = f"{options.starts} starts each, profile {options.profile}"
    return programs.report(figures, BARS, {"machine": machine, "starts": options.starts}, heading, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release", help="which programs [release]")
    parser.add_argument("--starts", type=int, default=10, help="how many of each [10]")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
