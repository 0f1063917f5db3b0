#!/usr/bin/env python3
"""What the gateway itself costs: everything of a question but its peers, which are scripted and answer at once.

    run.py [--profile release] [--rate 100] [--seconds 30] [--json]

A caller asks at a fixed rate, whether or not earlier answers are there (open loop), and reads each answer's stream to its end: 8 sources, 12
sentences with their claims, three follow-ups that are checked. Times count from when a question was due. Telemetry is on: metrics, which are
scraped every second, a log line for each call, and spans by OTLP to a collector that forgets them. Measured four times:

    in process            caller, gateway and peers in one process, no socket between them; nothing is taken off for the peers' work
    over TCP              three processes: the program antigravity-gateway between its caller and its peers, all on this machine's cores
    over TCP, no traces   the same without a collector: the difference is what traces cost
    the peers alone       a caller makes the gateway's calls itself: what of `over TCP` is the peers' and the way to them

The gateway's own time over TCP is what a question takes more through it than its peers' calls take without it, quantile by quantile, as
proxies are measured. Reading the peers' messages, which somebody has to, is on both sides of that difference.

Memory is the program's, resident. Ends with 1 if a bar is missed. Build with `make load-programs`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import programs
from programs import MIB, Service, at, percentile

QUESTION = "How do neural networks that learn from unlabelled collisions find rare signals at the LHC?"
WARM = 2  # The first seconds, in which connections are made and caches filled, are asked but not counted.
BARS = {
    "in process, p99 ms": ("<=", 3.0),
    "over TCP, gateway's own, p99 ms": ("<=", 3.0),
    "resident at rest, MiB": ("<=", 32.0),
    "resident under load, most, MiB": ("<=", 48.0),
}


def main():
    options = arguments()
    folder = programs.built(options.profile, "antigravity-gateway", "examples/scripted_peers", "examples/open_loop")
    machine = programs.machine()
    peers = subprocess.Popen([folder / "examples" / "scripted_peers", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        addresses = json.loads(peers.stdout.readline())
        figures = {}
        in_process = [folder / "examples" / "scripted_peers", "in-process", str(options.rate), str(options.seconds + WARM), addresses["collector"]]
        figures |= times("in process", run(in_process), options)
        for name, traces in (("over TCP", True), ("over TCP, no traces", False)):
            figures |= over_tcp(name, folder, addresses, traces, options)
        direct = [folder / "examples" / "scripted_peers", "direct", str(options.rate), str(options.seconds + WARM), addresses["retriever"], addresses["answerer"]]
        figures |= times("the peers alone", run(direct), options)
    finally:
        peers.stdin.close()
        peers.wait()
    for share in ("p50", "p90", "p99"):
        figures[f"over TCP, gateway's own, {share} ms"] = figures[f"over TCP, {share} ms"] - figures[f"the peers alone, {share} ms"]
    figures["traces cost, p50 ms"] = figures["over TCP, p50 ms"] - figures["over TCP, no traces, p50 ms"]
    figures["traces cost, p99 ms"] = figures["over TCP, p99 ms"] - figures["over TCP, no traces, p99 ms"]
    figures["traces cost, gateway's CPU ms a question"] = figures["over TCP, gateway's CPU ms a question"] - figures["over TCP, no traces, gateway's CPU ms a question"]
    conditions = {"machine": machine, "rate": options.rate, "seconds": options.seconds}
    heading = f"{options.rate:g} questions a second for {options.seconds:g} s, profile {options.profile}"
    return programs.report(figures, BARS, conditions, heading, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release", help="which programs [release]")
    parser.add_argument("--rate", type=float, default=100, help="questions a second [100]")
    parser.add_argument("--seconds", type=float, default=30, help="how long [30]")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def run(command):
    # Its log goes where a service's would, through a pipe that is read.
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)


def times(name, outcome, options):
    asked = [call for call in outcome["asks"] if call["due"] >= WARM]
    failed = [call["code"] for call in asked if call["code"] != "Ok"]
    if failed:
        sys.exit(f"{name}: {len(failed)} of {len(asked)} questions failed, the first with {failed[0]}: lower --rate")
    spent = [call["ms"] for call in asked]
    return {f"{name}, n": len(spent)} | {f"{name}, p{share * 100:g} ms": percentile(spent, share) for share in (0.5, 0.9, 0.99, 0.999)}


def over_tcp(name, folder, addresses, traces, options):
    command = [folder / "antigravity-gateway", *at("127.0.0.1:0"), "--retriever", addresses["retriever"], "--answerer", addresses["answerer"]]
    if traces:
        command += ["--otlp-endpoint", addresses["collector"]]
    gateway = Service(command)
    time.sleep(1)
    rest, over = gateway.resident(), threading.Event()
    scraping = threading.Thread(target=lambda: [gateway.metric("antigravity_calls_in_flight") for _ in iter(lambda: over.wait(1), True)])
    scraping.start()
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as questions:
            json.dump([QUESTION], questions)
            questions.flush()
            outcome = run([folder / "examples" / "open_loop", gateway.address, str(options.rate), "0", str(options.seconds + WARM), "10", questions.name])
        figures = times(name, outcome, options)
        figures[f"{name}, gateway's CPU ms a question"] = 1e3 * gateway.cpu() / len(outcome["asks"])
        if traces:
            figures |= {"resident at rest, MiB": rest / MIB, "resident under load, most, MiB": gateway.peak() / MIB}
        return figures
    finally:
        over.set()
        scraping.join()
        gateway.end()


if __name__ == "__main__":
    sys.exit(main())
