#!/usr/bin/env python3
"""Kills the program with `kill -9` at random moments of indexing, and counts what was lost: nothing may be.

    kills.py [--kills N] [--records N] [--seed N] [--program FILE] [--file FILE]

An undisturbed run comes first. Then, over another data directory, `antigravity serve` is started, sent all records from the first on, and
killed: a random number of records is in then (the numbers spread evenly over all), and a random part of a batch's time has passed since.
After each kill the next server is asked for everything that it has:

    lost         records that were acknowledged and aren't there
    duplicates   records that are there more than once
    damaged      records that differ from the undisturbed run's

In the end `antigravity index` takes in what is missing; then `archive verify` must find the archive sound, and `archive export` must write
the same bytes as after the undisturbed run. The same seed draws the same moments, as far as a clock can repeat itself.

Needs the Python of tests/tools/install (grpcio), and runs itself in it.
"""

import json
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from program import ROOT, Program, arguments, first_records

PYTHON = ROOT / ".tools" / "bin" / "python"
try:
    import grpc
    from google.protobuf import descriptor_pool, message_factory
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
except ImportError:
    if not PYTHON.is_file() or Path(sys.executable) == PYTHON:
        sys.exit(f"{PYTHON} with grpcio is missing: run tests/tools/install")
    os.execv(PYTHON, [str(PYTHON), "-B", *sys.argv])

# As `antigravity index` makes them.
BATCH = 32


class Gateway:
    """The two calls of the gateway that this needs, by reflection."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1)])
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        self.service = pool.FindServiceByName("antigravityqa.gateway.v1.GatewayService")

    def method(self, name, kind):
        method = self.service.FindMethodByName(name)
        self.request, reply = map(message_factory.GetMessageClass, (method.input_type, method.output_type))
        call = getattr(self.channel, kind)
        return call(f"/{self.service.full_name}/{name}", self.request.SerializeToString, reply.FromString)

    def records(self):
        export = self.method("ExportPreprints", "unary_stream")
        # As bytes: messages of one descriptor pool are strangers to another's.
        return [record.SerializeToString() for reply in export(self.request()) for record in reply.records]

    def index(self, records):
        index = self.method("IndexPreprints", "stream_stream")
        request = self.request

        def messages():
            yield request(header={})
            for start in range(0, len(records), BATCH):
                message = request(batch={"sequence": start})
                for record in records[start : start + BATCH]:
                    message.batch.records.add().ParseFromString(record)
                yield message
            yield request(end={})

        return index(messages())


class Acknowledged:
    """What a stream acknowledges, read as fast as it comes."""

    def __init__(self, replies, ids):
        self.ids, self.replies, self.changed = ids, replies, threading.Condition()
        # Of this stream alone, while `ids` are those of all streams.
        self.count, self.faults, self.killed, self.over = 0, [], False, False
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        try:
            for reply in self.replies:
                with self.changed:
                    self.count += len(reply.acknowledgement.outcomes)
                    for outcome in reply.acknowledgement.outcomes:
                        if outcome.refusal:
                            self.faults.append(f"{outcome.source_id}: {outcome.refusal}")
                        else:
                            self.ids.add(outcome.source_id)
                    self.changed.notify()
        except grpc.RpcError as error:
            if not self.killed:
                self.faults.append(str(error))
        with self.changed:
            self.over = True
            self.changed.notify()

    def wait_for(self, count):
        with self.changed:
            self.changed.wait_for(lambda: self.over or self.count >= count)


def main():
    parser = arguments(__doc__, 5_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="antigravity-kills-") as folder:
        folder = Path(folder)
        file = folder / "records.jsonl"
        first_records(options.file, options.records, file)
        undisturbed = Undisturbed(Program(options.program, folder / "undisturbed"), file)
        print(f"undisturbed: {len(undisturbed.records)} records in {undisturbed.seconds:.0f} s", flush=True)
        disturbed = Program(options.program, folder / "disturbed")
        faults = disturb(disturbed, undisturbed, options)
        report, _ = disturbed.run("index", file)
        print(report, end="")
        faults["updated by the last run"] = int(re.search(r"updated +(\d+)", report)[1])
        verified, complaint = disturbed.run("archive", "verify", sound=False)
        print(verified or complaint, end="")
        faults["unsound"] = int(" is sound" not in verified)
        exported, _ = disturbed.run("archive", "export")
        faults["other export"] = int(exported != undisturbed.export)
        print(f"{options.kills} kills (seed {options.seed}) while indexing {len(undisturbed.records)} records: "
              + ", ".join(f"{name} {count}" for name, count in faults.items()))
        return int(any(faults.values()))


class Undisturbed:
    """What one run without a kill comes to."""

    def __init__(self, program, file):
        started = time.monotonic()
        program.run("index", file)
        self.seconds = time.monotonic() - started
        self.export, _ = program.run("archive", "export")
        server = program.serve()
        self.records = Gateway(server.address).records()
        server.end()


def disturb(program, undisturbed, options):
    moments = random.Random(options.seed)
    draws = sorted(moments.randrange(len(undisturbed.records)) for _ in range(options.kills))
    batch_seconds = undisturbed.seconds * BATCH / len(undisturbed.records)
    known = set(undisturbed.export.splitlines())
    acknowledged, faults = set(), Counter({"lost": 0, "duplicates": 0, "damaged": 0})
    for number, draw in enumerate(draws, 1):
        server = program.serve()
        there = check(program, server, acknowledged, known, faults)
        stream = Acknowledged(Gateway(server.address).index(undisturbed.records), acknowledged)
        stream.wait_for(draw)
        time.sleep(moments.uniform(0, 2 * batch_seconds))
        stream.killed = True
        server.kill()
        stream.reader.join()
        if stream.faults:
            sys.exit(stream.faults[0])
        print(f"kill {number}: {there} records before, {len(acknowledged)} acknowledged; {dict(faults)}", flush=True)
    server = program.serve()
    check(program, server, acknowledged, known, faults)
    server.kill()
    return faults


def check(program, server, acknowledged, known, faults):
    """Counts what is wrong with what a server has; how many records it has."""
    # Before the first acknowledgement there may be no archive.
    exported, complaint = program.run("archive", "export", "--server", server.address, sound=False)
    if complaint and acknowledged:
        sys.exit(complaint)
    lines = exported.splitlines()
    ids = Counter(source_id(line) for line in lines)
    faults["lost"] += len(acknowledged - ids.keys())
    faults["duplicates"] += sum(count - 1 for count in ids.values())
    faults["damaged"] += sum(line not in known for line in lines)
    return len(lines)


def source_id(line):
    return json.loads(line)["id"]


if __name__ == "__main__":
    sys.exit(main())
