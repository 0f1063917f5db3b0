"""The three services as processes, for the measurements of this folder."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
MODEL = Path(os.environ.get("ANTIGRAVITY_MODEL_DIR", Path.home() / ".local/share/antigravity/models"))
SAMPLE = ROOT / "deploy" / "standalone" / "sample" / "preprints.jsonl"
MIB = 1 << 20


def built(profile, *names):
    """The folder of the compiled programs of a profile, after a look whether all of these are there."""
    folder = TARGET / {"dev": "debug"}.get(profile, profile)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        sys.exit(f"{folder} lacks {', '.join(missing)}: build them (make load-programs PROFILE={profile})")
    return folder


def installed(requirements, work):
    """The folder of a virtual environment in `work` with what `requirements` names, made anew when that changes."""
    venv, stamp = work / "venv", work / "installed"
    if not (stamp.is_file() and stamp.read_text() == requirements.read_text() and (venv / "bin" / "python").exists()):
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        subprocess.run([*pip, "--requirement", requirements], check=True)
        stamp.write_text(requirements.read_text())
    return venv


def free_ports(number):
    """So many ports that are free now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Service:
    """A program that has said where it listens. What the surrounding shell sets of its options stays out."""

    def __init__(self, command, pinned=None, variables=None):
        self.command, self.pinned, self.variables = [str(word) for word in command], pinned, variables or {}
        self.start()

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANTIGRAVITY_")} | self.variables
        pinned = ["taskset", "--cpu-list", str(self.pinned)] if self.pinned is not None else []
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "env": environment}
        began = time.monotonic()
        self.process = subprocess.Popen(pinned + self.command, **options)
        told, self.address, self.admin = [], None, None
        for line in self.process.stderr:
            told.append(line)
            said = spoken(line)
            self.admin = said.get("admin", self.admin)
            self.address = said.get("address")
            if self.address:
                break
        else:
            sys.exit(f"{self.command[0]} ended with {self.process.wait()}:\n{''.join(told)}")
        self.seconds_to_ready = time.monotonic() - began
        # A full pipe would stop the service.
        self.rest = threading.Thread(target=lambda stream: [None for _ in stream], args=(self.process.stderr,), daemon=True)
        self.rest.start()

    def resident(self):
        """Bytes of resident memory."""
        return memory(self.process.pid, "VmRSS")

    def peak(self):
        """The most that it ever held."""
        return memory(self.process.pid, "VmHWM")

    def cpu(self):
        """Seconds of CPU time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metric(self, name):
        """The sum over a metric's series, from the admin port."""
        import urllib.request

        with urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=5) as reply:
            lines = reply.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(rf"{name}[ {{]", line))

    def end(self, sign=signal.SIGTERM):
        """Sends a signal, and waits until it has ended."""
        self.process.send_signal(sign)
        self.process.wait()
        self.rest.join()


def spoken(line):
    try:
        said = json.loads(line)
        return said if isinstance(said, dict) else {}
    except ValueError:
        return {}


def memory(pid, name):
    return int(re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def retriever(folder, *options):
    return [folder / "antigravity-retriever", "--model-dir", MODEL, *options]


def at(listen):
    return ["--listen", listen, "--admin-listen", "127.0.0.1:0"]


def questions():
    """One for each preprint of the sample."""
    with SAMPLE.open(encoding="utf-8") as lines:
        return [f"What is known of {json.loads(line)['title']}?" for line in lines]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def machine():
    """What the figures were taken on."""
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} × {model[1] if model else 'unknown CPU'}, load average {os.getloadavg()[0]:.1f} before"


def missed(rows, bars):
    """The figures that miss their bar: (name, value) and {name: (sign, bar)}."""
    return [name for name, value in rows if name in bars and not holds(value, *bars[name])]


def holds(value, sign, bar):
    return value <= bar if sign == "<=" else value >= bar


def report(figures, bars, conditions, heading, as_json):
    """Prints figures, as a table under a heading, each with its bar if it has one, or as JSON beside their conditions. The exit code: 1 if one misses its bar."""
    if as_json:
        print(json.dumps(conditions | figures))
    else:
        print(f"{conditions['machine']}\n{heading}\n")
        table(figures.items(), bars)
    return int(bool(missed(figures.items(), bars)))


def table(rows, bars):
    for name, value in rows:
        verdict = "{} {}: {}".format(*bars[name], "holds" if holds(value, *bars[name]) else "MISSED") if name in bars else ""
        print(f"{name:<52} {value:>12,.2f}  {verdict}".rstrip())
