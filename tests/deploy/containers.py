"""Images built with buildah and run with podman, on machines that need a word about limits and cgroups."""

import atexit
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from rendering import DEPLOY, ROOT

BUILDER = "localhost/antigravity-builder:test"
PROGRAMS = ("antigravity-gateway", "antigravity-retriever", "antigravity-answerer", "antigravity")
# crun refuses hybrid cgroups, and default limits can't be raised without CAP_SYS_RESOURCE.
CONFIGURATION = '[containers]\ndefault_ulimits = ["nofile=1024:1024","nproc=1024:1024"]\n[engine]\nruntime = "runc"\n'
ENVIRONMENT = dict(os.environ)
FOLDER = "ANTIGRAVITY_DEPLOY_TEST_FOLDER"


def needs_containers():
    missing = [name for name in ("buildah", "podman", "runc", "skopeo", "iptables") if not shutil.which(name)]
    if missing:
        raise unittest.SkipTest(f"no {', '.join(missing)} (Debian: apt-get install --no-install-recommends buildah podman runc skopeo netavark aardvark-dns catatonit iptables)")
    if os.geteuid() != 0:
        raise unittest.SkipTest("containers are tested as root: sudo make image-test")
    if FOLDER not in ENVIRONMENT:
        # A store of its own: what is built here neither uses nor leaves images of whoever runs it.
        folder = tempfile.mkdtemp(prefix="antigravity-containers-", dir="/var/tmp")
        ENVIRONMENT[FOLDER] = folder
        atexit.register(tear_down, folder)
        (Path(folder) / "containers.conf").write_text(CONFIGURATION)
        (Path(folder) / "storage.conf").write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n')
        ENVIRONMENT.setdefault("CONTAINERS_CONF", f"{folder}/containers.conf")
        ENVIRONMENT["CONTAINERS_STORAGE_CONF"] = f"{folder}/storage.conf"


def tear_down(folder):
    for command in (["rm", "--all", "--force", "--time", "0"], ["rmi", "--all", "--force"]):
        run("podman", *command, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def run(*command, check=True, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=ENVIRONMENT, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


def programs(engine=False):
    """{name: path} of the programs: what was built last, releases or those of the tests, which do for everything but sizes. With `engine` a
    retriever that has the embedded engine: the workspace's own, since releases of the services do without."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    released, tested = os.environ.get("ANTIGRAVITY_IMAGE_PROGRAMS", target / "release"), os.environ.get("ANTIGRAVITY_PROGRAMS", target / "debug")
    found = {}
    for name in PROGRAMS:
        folders = [tested] if engine and name == "antigravity-retriever" else [released, tested]
        places = [Path(folder) / name for folder in folders if (Path(folder) / name).is_file()]
        if not places:
            raise unittest.SkipTest(f"no program {name} in target/release or target/debug: cargo build --workspace --bins")
        found[name] = max(places, key=lambda place: place.stat().st_mtime)
    return found


def weights():
    """The folder with the embedding model, or None."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    for folder in (os.environ.get("ANTIGRAVITY_MODEL_DIR"), data / "antigravity/models"):
        if folder and (Path(folder) / "model.safetensors").is_file():
            return Path(folder)
    raise unittest.SkipTest("no embedding model: python3 deploy/standalone/fetch_model.py")


def libraries(program):
    lines = run("ldd", program, check=False).stdout.split("\n")
    for word in (word for line in lines for word in line.split()):
        if word.startswith("/"):
            yield word


def make_builder(found):
    """An image with a shell, the tools of deploy/docker/assemble, and the programs: what a builder that has compiled them would hold."""
    tools = ["/bin/sh", "/bin/bash", "/usr/bin/ldd"] + [shutil.which(name) for name in ("cat", "chmod", "chown", "cp", "dirname", "mkdir", "sed")]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        archive = root / "builder.tar"
        with tarfile.open(archive, "w", dereference=True) as tar:
            for path in sorted({file for tool in tools for file in (tool, *libraries(tool))} | {file for program in found.values() for file in libraries(program)}):
                tar.add(path, arcname=path)
            tar.add("/etc/ssl/certs/ca-certificates.crt")
            tar.add(weights(), arcname="/programs/models")
            for name, path in found.items():
                stripped = root / name
                run("strip", "-o", stripped, path)
                tar.add(stripped, arcname=f"/programs/{name}")
                (root / f"{name}.cdx.json").write_text(run(DEPLOY / "docker/sbom", name).stdout)
                tar.add(root / f"{name}.cdx.json", arcname=f"/programs/{name}.cdx.json")
        run("podman", "import", archive, BUILDER)


def build(target, builder=BUILDER):
    image = "localhost/antigravity:test" if target == "antigravity" else f"localhost/antigravity-{target}:test"
    docker = DEPLOY / "docker"
    command = ["buildah", "bud", "--timestamp", "0", "--layers", "--build-arg", f"BUILDER={builder}", "--ignorefile", docker / "Containerfile.dockerignore"]
    run(*command, "--target", target, "--tag", image, "--file", docker / "Containerfile", ROOT)
    return image


def inspect(image):
    return json.loads(run("podman", "image", "inspect", image).stdout)[0]


def files(image):
    """{path: (mode, size)} of everything in the image."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        container = run("podman", "create", image).stdout.strip()
        try:
            run("podman", "export", "--output", archive, container)
        finally:
            run("podman", "rm", container)
        with tarfile.open(archive) as tar:
            return {f"/{member.name.rstrip('/')}": (member.mode, member.size, tar.extractfile(member).read() if member.isfile() and member.size < 1 << 20 else b"") for member in tar}


def compressed_size(image):
    """Bytes of the layers as a registry would hold them (gzip)."""
    with tempfile.TemporaryDirectory() as folder:
        run("skopeo", "copy", "--quiet", f"containers-storage:{image}", f"oci:{folder}/oci:x")
        return sum(file.stat().st_size for file in Path(folder, "oci/blobs").rglob("*") if file.is_file())


class Container:
    """A container that ends with the test, read-only and without capabilities."""

    def __init__(self, image, *arguments, name=None, network="bridge", memory="512m", options=()):
        command = ["podman", "run", "--detach", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
        command += ["--memory", memory, "--network", network, *(("--name", name) if name else ()), *options, image, *arguments]
        self.id = run(*command).stdout.strip()

    def address(self):
        networks = json.loads(run("podman", "inspect", self.id).stdout)[0]["NetworkSettings"]
        return networks["IPAddress"] or next(network["IPAddress"] for network in networks["Networks"].values())

    def logs(self):
        done = run("podman", "logs", self.id, check=False)
        return done.stdout + done.stderr

    def stop(self):
        """SIGTERM; the exit code."""
        run("podman", "stop", "--time", "20", self.id)
        return int(run("podman", "inspect", "--format", "{{.State.ExitCode}}", self.id).stdout)

    def remove(self):
        run("podman", "rm", "--force", "--time", "0", self.id, check=False)
