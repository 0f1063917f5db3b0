"""Generates the messages and stubs from the contract while the package is built; generated code is never committed, so it can't be out of date.

In a checkout the contract lies one folder up. A source distribution carries it along, in its folder `contract`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = "contract"
SERVICE_CONFIG = "service_config.json"
# What callers see. The contracts between the services aren't a client's.
PACKAGES = ["antigravityqa/gateway/v1", "antigravityqa/type/v1"]


class Generate(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        contract = Path(self.root, CARRIED)
        if not contract.is_dir():
            contract = Path(self.root).parent
        included = build_data["force_include"]
        if self.target_name == "sdist":
            for file in [SERVICE_CONFIG, *protos(contract)]:
                included[str(contract / file)] = f"{CARRIED}/{file}"
            return
        if version == "editable":
            raise SystemExit("antigravity-qa has generated parts and can't be installed editable: install it without -e")
        self.generated = tempfile.TemporaryDirectory()
        generate(Path(self.root), contract, Path(self.generated.name))
        for file in sorted(Path(self.generated.name).rglob("*.py*")):
            included[str(file)] = file.relative_to(self.generated.name).as_posix()
        included[str(contract / SERVICE_CONFIG)] = f"antigravityqa/{SERVICE_CONFIG}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name == "wheel":
            self.generated.cleanup()


def protos(contract: Path) -> list[str]:
    return [path.relative_to(contract).as_posix() for package in PACKAGES for path in sorted((contract / package).glob("*.proto"))]


def generate(root: Path, contract: Path, out: Path) -> None:
    """Messages and stub by protoc's own generators, their types by mypy-protobuf, and the dataclasses that callers see by python_types.py."""
    descriptors = out / "descriptors.binpb"
    # Beside the interpreter, or where pip's isolated builds put programs.
    search = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    plugins = [f"--plugin={name}={shutil.which(name, path=search)}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    outputs = [f"--{kind}_out={out}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={contract}", *plugins, *outputs]
    command += ["--include_imports", "--include_source_info", f"--descriptor_set_out={descriptors}", *protos(contract)]
    # It warns of much that is no fault here, and says what is one only there.
    protoc = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if protoc.returncode != 0:
        raise SystemExit(f"the contract can't be compiled:\n{protoc.stderr}")
    types = [sys.executable, str(Path(root, "generate", "python_types.py")), str(descriptors), str(out / "antigravityqa" / "types.py")]
    subprocess.run(types, check=True)
    descriptors.unlink()
    for module in out.rglob("*_pb2_grpc.py*"):
        if "Servicer" not in module.read_text(encoding="utf-8"):
            module.unlink()  # of a file without a service
    for package in PACKAGES:
        for folder in (out / package, (out / package).parent):
            (folder / "__init__.py").touch()
