#!/usr/bin/env python3
"""Restarts and kills every service under load, two replicas each, and counts what callers lose: of a restart nothing may be.

    run.py [--profile release] [--asks 15] [--searches 100] [--settle 3] [--envoy] [--json]

Two gateways, two retrievers and two answerers run on loopback. Both retrievers share one engine behind a port, in a Qdrant server's place;
the archive is the sample. Gateways find the others by names with two addresses each, as a headless service's name has: they balance for
themselves. The names stand in a hosts file that only these processes see (a mount namespace: Linux, root or user namespaces). The caller is
grpcio with proto/service_config.json: round robin over both gateways, health checks, retries of UNAVAILABLE. With --envoy it knows one address,
that of an Envoy in front of both.

Then, one after the other, while questions and searches go on at a fixed rate:

    restart of a service   each replica gets SIGTERM, ends, is started again at the same address, and --settle seconds pass; no call may fail
    kill -9 of a replica   no more calls may fail than were in flight on it, and one that is made later is answered within a second

Times count from when a call was due. Ends with 1 if a bar is missed. Build with `make load-programs`.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import programs
from envoy import Envoy
from programs import ROOT, Service, at, percentile

PYTHON = ROOT / ".tools" / "bin" / "python"
INSIDE = "ANTIGRAVITY_LOAD_NAMESPACE"
ADDRESSES = ("127.0.0.2", "127.0.0.3")
NAMES = {"retriever": "retriever.test", "answerer": "answerer.test"}
KINDS = ("retriever", "answerer", "gateway")
LATER = 1.0  # Seconds within which calls made after a kill must be answered.


def main():
    options = arguments()
    if INSIDE not in os.environ:
        enter_namespace()
    mount_names()
    folder = programs.built(options.profile, "antigravity", "antigravity-gateway", "antigravity-retriever", "antigravity-answerer", "examples/served_engine")
    machine = programs.machine()
    with tempfile.TemporaryDirectory(prefix="antigravity-rollout-") as data, Stack(folder, Path(data), options.envoy) as stack:
        load = Load(stack.front(), options)
        load.phase = "warm-up"
        time.sleep(options.steady / 2)
        load.phase = "steady"
        time.sleep(options.steady)
        for kind in KINDS:
            load.phase = f"restart of both {kind}s"
            for service in stack.services[kind]:
                service.end()
                service.start()
                time.sleep(options.settle)
        kills = {}
        for kind in KINDS:
            load.phase = f"kill -9 of a {kind}"
            time.sleep(options.settle)
            service = stack.services[kind][0]
            kills[load.phase] = {"in flight on it": int(service.metric("antigravity_calls_in_flight")), "in flight, all": load.in_flight, "at": time.monotonic()}
            service.end(signal.SIGKILL)
            time.sleep(options.settle)
            service.start()
        time.sleep(options.settle)
        load.end()
    figures = report(load.calls, kills)
    missed = faults(figures)
    if options.json:
        print(json.dumps({"machine": machine, "asks per second": options.asks, "searches per second": options.searches, "phases": figures, "missed": missed}))
    else:
        show(figures, missed, machine, options)
    return int(bool(missed))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="release", help="which programs [release]")
    parser.add_argument("--asks", type=float, default=15, help="questions a second [15]")
    parser.add_argument("--searches", type=float, default=100, help="searches a second [100]")
    parser.add_argument("--steady", type=float, default=10, help="seconds before anything is restarted [10]")
    parser.add_argument("--settle", type=float, default=3, help="seconds after each restart [3]")
    parser.add_argument("--envoy", action="store_true", help="put an Envoy in front of the gateways, which is installed for it")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def enter_namespace():
    """Runs this script again where a hosts file can be put in place for it alone, in the Python that has grpcio."""
    if not PYTHON.is_file():
        sys.exit(f"{PYTHON} with grpcio is missing: run tests/tools/install")
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    os.environ[INSIDE] = "1"
    os.execvp(unshare[0], [*unshare, str(PYTHON), "-B", *sys.argv])


def mount_names():
    lines = ["127.0.0.1 localhost"] + [f"{address} {name}" for name in NAMES.values() for address in ADDRESSES]
    with tempfile.NamedTemporaryFile("w", suffix=".hosts", delete=False) as hosts:
        hosts.write("\n".join(lines) + "\n")
    subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)
    os.unlink(hosts.name)


def free_port():
    """A port that is free at both addresses."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((ADDRESSES[0], 0))
            port = first.getsockname()[1]
            try:
                second.bind((ADDRESSES[1], port))
                return port
            except OSError:
                continue


class Stack:
    """All services, running."""

    def __init__(self, folder, data, envoy):
        self.engine = subprocess.Popen([folder / "examples" / "served_engine", data / "engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        engine = self.engine.stdout.readline().strip()
        self.ports = {kind: free_port() for kind in KINDS}
        to = {kind: f"{name}:{self.ports[kind]}" for kind, name in NAMES.items()}
        commands = {
            "retriever": programs.retriever(folder, "--qdrant", engine),
            "answerer": [folder / "antigravity-answerer"],
            "gateway": [folder / "antigravity-gateway", "--retriever", to["retriever"], "--answerer", to["answerer"]],
        }
        self.services = {}
        for kind in KINDS:
            self.services[kind] = [Service([*commands[kind], *at(f"{address}:{self.ports[kind]}")]) for address in ADDRESSES]
        index = [folder / "antigravity", "index", "--server", self.gateways()[0], programs.SAMPLE]
        subprocess.run(index, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.envoy = Envoy(self.gateways(), data) if envoy else None

    def front(self):
        """Where callers call."""
        return [self.envoy.address] if self.envoy else self.gateways()

    def gateways(self):
        return [f"{address}:{self.ports['gateway']}" for address in ADDRESSES]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.envoy:
            self.envoy.end()
        for kind in reversed(KINDS):
            for service in self.services[kind]:
                service.end()
        self.engine.stdin.close()
        self.engine.wait()


class Load:
    """Questions and searches at fixed rates, each with the phase that it was due in."""

    def __init__(self, gateways, options):
        import grpc
        from google.protobuf import descriptor_pool, message_factory
        from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

        config = (ROOT / "proto" / "service_config.json").read_text()
        settings = [("grpc.service_config", config), ("grpc.default_authority", "localhost"), ("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel("ipv4:" + ",".join(gateways), options=settings)
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        service = pool.FindServiceByName("antigravityqa.gateway.v1.GatewayService")
        self.calls, self.in_flight, self.phase, self.over, self.lock = [], 0, "warm-up", threading.Event(), threading.Lock()
        questions = programs.questions()
        self.threads = []
        for method, rate, field in (("Ask", options.asks, "question"), ("Search", options.searches, "query")):
            method = service.FindMethodByName(method)
            request, reply = map(message_factory.GetMessageClass, (method.input_type, method.output_type))
            call = self.channel.unary_unary(f"/{service.full_name}/{method.name}", request.SerializeToString, reply.FromString)
            made = [request(**{field: question}) for question in questions]
            self.threads.append(threading.Thread(target=self.run, args=(method.name, call, made, rate)))
        for thread in self.threads:
            thread.start()

    def run(self, method, call, requests, rate):
        started, number = time.monotonic(), 0
        while not self.over.is_set():
            due = started + number / rate
            time.sleep(max(0, due - time.monotonic()))
            with self.lock:
                self.in_flight += 1
            future = call.future(requests[number % len(requests)])
            future.add_done_callback(lambda future, due=due, phase=self.phase: self.done(future, method, due, phase))
            number += 1

    def done(self, future, method, due, phase):
        code = future.code().name
        said = "" if code == "OK" else future.details()
        with self.lock:
            self.in_flight -= 1
            self.calls.append({"phase": phase, "method": method, "due": due, "seconds": time.monotonic() - due, "code": code, "said": said})

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        until = time.monotonic() + 60
        while self.in_flight and time.monotonic() < until:
            time.sleep(0.05)
        if self.in_flight:
            sys.exit(f"{self.in_flight} calls have not ended after a minute")
        self.channel.close()


def report(calls, kills):
    """The figures of each phase, the warm-up left out."""
    figures = {}
    for phase in dict.fromkeys(call["phase"] for call in calls):
        if phase == "warm-up":
            continue
        of_phase = [call for call in calls if call["phase"] == phase]
        found = {"n": len(of_phase), "failed": sum(call["code"] != "OK" for call in of_phase)}
        for method in ("Ask", "Search"):
            times = [1e3 * call["seconds"] for call in of_phase if call["method"] == method and call["code"] == "OK"]
            found |= {f"{method} p50": percentile(times, 0.5), f"{method} p99": percentile(times, 0.99), f"{method} max": max(times, default=float("nan"))}
        if phase in kills:
            later = [call for call in of_phase if call["due"] > kills[phase]["at"] + 0.01]
            found |= {name: kills[phase][name] for name in ("in flight on it", "in flight, all")}
            found["later, slowest s"] = max(call["seconds"] for call in later)
            found["later, failed"] = sum(call["code"] != "OK" for call in later)
        found["why"] = sorted({f"{call['code']}: {call['said']}" for call in of_phase if call["code"] != "OK"})
        figures[phase] = found
    return figures


def faults(figures):
    missed = []
    for phase, found in figures.items():
        if "in flight on it" in found:
            if found["failed"] > found["in flight on it"]:
                missed.append(f"{phase}: {found['failed']} calls failed, {found['in flight on it']} were in flight on it")
            if found["later, failed"] or found["later, slowest s"] > LATER:
                missed.append(f"{phase}: of later calls {found['later, failed']} failed, the slowest took {found['later, slowest s']:.2f} s")
        elif found["failed"]:
            missed.append(f"{phase}: {found['failed']} calls failed")
    return missed


def show(figures, missed, machine, options):
    print(f"{machine}\n{options.asks:g} questions and {options.searches:g} searches a second, profile {options.profile}{', behind Envoy' if options.envoy else ''}; times in ms\n")
    columns = ["n", "failed"] + [f"{method} {which}" for method in ("Ask", "Search") for which in ("p50", "p99", "max")]
    print(f"{'phase':<28}" + "".join(f"{column:>12}" for column in columns))
    for phase, found in figures.items():
        print(f"{phase:<28}" + "".join(f"{found[column]:>12,.0f}" for column in columns))
    for phase, found in figures.items():
        if "in flight on it" in found:
            print(f"{phase}: {found['in flight on it']} calls in flight on it ({found['in flight, all']} in all), {found['failed']} failed; of those made "
                  f"later {found['later, failed']} failed, the slowest took {found['later, slowest s']:.2f} s")
        for why in found["why"]:
            print(f"{phase}: {why}")
    print("\n".join(["", *(f"MISSED {miss}" for miss in missed)]) if missed else "\nall bars hold")


if __name__ == "__main__":
    sys.exit(main())
