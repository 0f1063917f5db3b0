#!/usr/bin/env python3
"""What a server that is asked for three times what it can do still does, what it holds meanwhile, and how soon it is itself again.

    run.py [--profile release] [--seconds 10] [--deadline 5] [--max-in-flight 256] [--json]

The program `antigravity serve` over the sample archive has one core, the generator of load the other. Calls come at a fixed rate, whether or
not earlier ones are answered: 100 searches to 15 questions. Goodput is what is answered within the caller's deadline, per second.

    sustainable    the highest rate of which all is answered, found by raising it by a fifth at a time
    peak           the goodput at that of these rates that has most of it, the first ones beyond the sustainable included
    overload       three times the sustainable rate
    recovery       half the sustainable rate, from the moment on in which the overload ends: until when calls are refused or late

Peak and overload are measured again in turns, three times each, and compared by their sums: a shared machine is faster in one minute than in
the next, which one measurement of each takes for the server's doing.

Ends with 1 if a bar is missed. Build with `make load-programs`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import programs
from programs import MIB, MODEL, Service, percentile

SERVER_CORE, GENERATOR_CORE = 0, 1
ASKS_PER_SEARCH = 0.15
FIRST, STEP = 20.0, 1.2  # Searches a second to begin with, and by how much each next rate is higher.
TURNS = 3
WARM = 2  # Seconds of a rate that aren't counted.
BARS = {
    "goodput at 3 × sustainable, share of the peak": (">=", 0.9),
    "recovered after, s": ("<=", 2.0),
    "resident under overload, MiB": ("<=", 600.0),
}


def main():
    options = arguments()
    folder = programs.built(options.profile, "antigravity", "examples/open_loop")
    machine = programs.machine()
    with tempfile.TemporaryDirectory(prefix="antigravity-overload-") as data:
        over = ["--data-dir", data, "--model-dir", MODEL]
        index = [folder / "antigravity", "index", *over, programs.SAMPLE]
        subprocess.run(index, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        texts = Path(data) / "questions.json"
        texts.write_text(json.dumps(programs.questions()))
        serve = [folder / "antigravity", "serve", *over, "--listen", "127.0.0.1:0"]
        server = Service(serve, SERVER_CORE, {"ANTIGRAVITY_MAX_IN_FLIGHT": str(options.max_in_flight)})
        try:
            figures = measure(Generator(folder, server.address, texts, options.deadline), server, options)
        finally:
            server.end()
    heading = (f"15 questions to 100 searches, deadline {options.deadline:g} s, max_in_flight {options.max_in_flight}, profile {options.profile}; "
               f"server on core {SERVER_CORE}, generator on core {GENERATOR_CORE}")
    return programs.report(figures, BARS, {"machine": machine, "deadline": options.deadline}, heading, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release", help="which programs [release]")
    parser.add_argument("--seconds", type=float, default=10, help="how long each rate lasts [10]")
    parser.add_argument("--deadline", type=float, default=5, help="what callers give each call, in seconds [5]")
    parser.add_argument("--max-in-flight", type=int, default=256, help="the server's setting [256]")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


class Generator:
    """Calls at the rate of so many searches a second, and questions in proportion."""

    def __init__(self, folder, address, texts, deadline):
        self.command = ["taskset", "--cpu-list", str(GENERATOR_CORE), folder / "examples" / "open_loop", address]
        self.texts, self.deadline = texts, deadline

    def start(self, searches, seconds):
        rates = [str(searches * ASKS_PER_SEARCH), str(searches), str(seconds), str(self.deadline), str(self.texts)]
        return subprocess.Popen([*self.command, *rates], stdout=subprocess.PIPE, text=True)

    def ended(self, process):
        """All calls of a run, by when they were due."""
        out, _ = process.communicate()
        if process.returncode != 0:
            sys.exit("the generator of load failed")
        outcome = json.loads(out)
        return sorted(outcome["asks"] + outcome["searches"], key=lambda call: call["due"])


def measure(generator, server, options):
    sustainable, best, most, rate, beyond = None, FIRST, 0.0, FIRST, 0
    generator.ended(generator.start(FIRST, 3))
    while beyond < 2:
        calls = counted(generator.ended(generator.start(rate, options.seconds + WARM)))
        good, total = sum(call["code"] == "Ok" for call in calls), len(calls)
        goodput = good / options.seconds
        print(f"{total / options.seconds:.0f} calls a second: goodput {goodput:.1f}, p99 {percentile([c['ms'] for c in calls], 0.99):.0f} ms", file=sys.stderr)
        if goodput > most:
            best, most = rate, goodput
        if good == total:
            sustainable, calm, beyond = rate, calls, 0
        else:
            beyond += 1
        rate *= STEP
    if sustainable is None:
        sys.exit(f"not even {FIRST:g} searches a second were all answered")

    resident = server.resident()
    seconds = options.seconds + WARM
    at_peak, overloaded = [], []
    for _ in range(TURNS):
        at_peak += counted(generator.ended(generator.start(best, seconds)))
        overloading = generator.start(3 * sustainable, seconds)
        time.sleep(seconds)
        ended = time.monotonic()
        recovering = generator.start(sustainable / 2, 5)
        overloaded += counted(generator.ended(overloading))
        recovered = generator.ended(recovering)
    goodput = lambda calls: sum(call["code"] == "Ok" for call in calls) / (TURNS * options.seconds)
    peak = goodput(at_peak)
    failed = [call["due"] for call in recovered if call["code"] != "Ok"]
    late = [call["due"] + call["ms"] / 1e3 for call in recovered if call["ms"] > 1e3 * options.deadline / 5]
    good = [call for call in overloaded if call["code"] == "Ok"]
    codes = {code: sum(call["code"] == code for call in overloaded) for code in sorted({call["code"] for call in overloaded})}
    print(f"overload: {codes}; recovery: {len(failed)} of {len(recovered)} refused or late; {time.monotonic() - ended:.1f} s", file=sys.stderr)
    times = lambda calls, share: percentile([call["ms"] for call in calls], share)
    return {
        "sustainable, calls a second": sustainable * (1 + ASKS_PER_SEARCH),
        "sustainable, p50 ms": times(calm, 0.5),
        "sustainable, p99 ms": times(calm, 0.99),
        "peak goodput, calls a second": peak,
        "overload, calls": len(overloaded),
        "goodput at 3 × sustainable, calls a second": goodput(overloaded),
        "goodput at 3 × sustainable, share of the peak": goodput(overloaded) / peak,
        "answered under overload, p50 ms": times(good, 0.5),
        "answered under overload, p99 ms": times(good, 0.99),
        "refused under overload, p99 ms": times([call for call in overloaded if call["code"] == "ResourceExhausted"], 0.99),
        "late under overload, calls": sum(call["code"] == "DeadlineExceeded" for call in overloaded),
        "recovered after, s": max(failed + late, default=0.0),
        "resident before, MiB": resident / MIB,
        "resident under overload, MiB": server.peak() / MIB,
    }


def counted(calls):
    return [call for call in calls if call["due"] >= WARM]


if __name__ == "__main__":
    sys.exit(main())
