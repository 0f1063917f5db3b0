"""The images: built from the one Containerfile, as small as promised, without shell or root, and working with nothing but what is inside."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

import containers
from containers import Container, build, compressed_size, files, inspect, run
from rendering import DEPLOY, ROOT, tool

SERVICES = {"gateway": 7400, "retriever": 7401, "answerer": 7402}
TARGETS = (*SERVICES, "retriever-with-weights", "antigravity")
# Compressed bytes.
LIMITS = {"gateway": 20_000_000, "answerer": 20_000_000, "retriever": 35_000_000}
NETWORK = "antigravity-test"
SHELLS = {"sh", "bash", "dash", "ash", "busybox", "env", "perl", "python3"}


def setUpModule():
    containers.needs_containers()
    found = containers.programs()
    Images.released = all("debug" not in found[f"antigravity-{name}"].parts for name in SERVICES)
    containers.make_builder(found)
    Images.built = {target: build(target) for target in TARGETS}
    run("podman", "network", "create", NETWORK, check=False)
    unittest.addModuleCleanup(run, "podman", "network", "rm", "--force", NETWORK, check=False)


def serving(address, service, seconds=20):
    """Whether a service says that it serves, as soon as it says anything."""
    with grpc.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        status = check(health_pb2.HealthCheckRequest(service=service), timeout=seconds, wait_for_ready=True).status
    return status == health_pb2.HealthCheckResponse.SERVING


def gives_up(address, service, seconds=20):
    """Waits until a service says that it doesn't serve."""
    with grpc.insecure_channel(address) as channel:
        told = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=service), timeout=seconds, wait_for_ready=True)
        return any(update.status == health_pb2.HealthCheckResponse.NOT_SERVING for update in told)


class Assembly(unittest.TestCase):
    """What deploy/docker/assemble does where nothing was built before, with a stand-in for cargo: no Rust image can be had here."""

    def test_it_compiles_each_program_and_lays_it_out(self):
        wanted = {
            "gateway": "build --release --locked --package antigravity-gateway --no-default-features",
            "retriever": "build --release --locked --package antigravity-retriever --no-default-features --features embedded",
            "antigravity": "build --release --locked --package antigravity",
        }
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "source"
            (source / "deploy/docker").mkdir(parents=True)
            for name in ("LICENSE", "THIRD_PARTY_NOTICES.md"):
                shutil.copy(ROOT / name, source)
            script = (DEPLOY / "docker/assemble").read_text()
            self.assertIn("root=/images/$name", script)
            (source / "deploy/docker/assemble").write_text(script.replace("root=/images/", f"root={folder}/images/"))
            (source / "deploy/docker/sbom").write_text('#!/bin/sh\necho "components of $1"\n')
            cargo = '#!/bin/sh\necho "$*" >>cargo.log\nmkdir -p target/release\nfor name in "" -gateway -retriever; do cp /bin/cat target/release/antigravity$name; done\n'
            (source / "cargo").write_text(cargo)
            for file in ("cargo", "deploy/docker/sbom"):
                (source / file).chmod(0o755)
            environment = containers.ENVIRONMENT | {"PATH": f"{source}:{containers.ENVIRONMENT['PATH']}", "RETRIEVER_FEATURES": "embedded"}
            done = subprocess.run(["sh", "deploy/docker/assemble", *wanted], cwd=source, env=environment, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((source / "cargo.log").read_text().splitlines(), list(wanted.values()))
            for name in wanted:
                program = "antigravity" if name == "antigravity" else f"antigravity-{name}"
                root = Path(folder) / "images" / name
                self.assertEqual((root / "usr/share/doc/antigravity/sbom.cdx.json").read_text(), f"components of {program}\n")
                # The laid out program runs on its own libraries alone.
                self.assertEqual(subprocess.run(["chroot", "--userspec=65532:65532", root, f"/{program}", "/etc/passwd"], capture_output=True, check=False).returncode, 0)


class Images(unittest.TestCase):
    def start(self, *arguments, **options):
        container = Container(*arguments, **options)
        self.addCleanup(container.remove)
        return container

    def test_the_containerfile_is_linted(self):
        # DL3018 and their like are about package managers, which nothing here runs.
        done = run(tool("hadolint", "tests/tools/install-deploy could not fetch it"), DEPLOY / "docker/Containerfile", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_images_are_small(self):
        sizes = {target: compressed_size(self.built[target]) for target in TARGETS}
        print("compressed sizes in MB: " + ", ".join(f"{target} {size / 1e6:.1f}" for target, size in sizes.items()))
        if not self.released:
            self.skipTest("sizes say nothing about debug programs: cargo build --release (docs/operate/install.md)")
        for target, limit in LIMITS.items():
            self.assertLessEqual(sizes[target], limit, target)

    def test_the_same_sources_give_the_same_image(self):
        again = build("gateway")
        self.assertEqual(inspect(again)["Id"], inspect(self.built["gateway"])["Id"])

    def test_images_say_what_they_are_and_run_as_nobody(self):
        for target, image in self.built.items():
            with self.subTest(target=target):
                found = inspect(image)
                self.assertEqual(found["Config"]["User"], "65532:65532")
                labels = {name.removeprefix("org.opencontainers.image.") for name in found["Labels"]}
                self.assertLessEqual({"title", "description", "version", "revision", "licenses", "vendor"}, labels)
                self.assertTrue(found["Config"]["Entrypoint"][0].startswith("/antigravity"))

    def test_images_hold_the_program_and_no_tool(self):
        for target, image in self.built.items():
            with self.subTest(target=target):
                inside = files(image)
                executables = {path for path, (mode, _, _) in inside.items() if mode & 0o111 and ".so" not in path and inside[path][1]}
                self.assertEqual(executables, {inspect(image)["Config"]["Entrypoint"][0]})
                self.assertFalse({path.rsplit("/", 1)[-1] for path in inside} & SHELLS)
                self.assertFalse([path for path, (mode, _, _) in inside.items() if mode & 0o6000], "set-uid files")
                self.assertTrue({"/etc/ssl/certs/ca-certificates.crt", "/usr/share/doc/antigravity/LICENSE"} <= inside.keys())
                self.assertEqual(inside["/usr/share/doc/antigravity/THIRD_PARTY_NOTICES.md"][2], (ROOT / "THIRD_PARTY_NOTICES.md").read_bytes())
                sbom = json.loads(inside["/usr/share/doc/antigravity/sbom.cdx.json"][2])
                self.assertEqual((sbom["bomFormat"], sbom["metadata"]["component"]["type"]), ("CycloneDX", "application"))
                names = {component["name"] for component in sbom["components"]}
                self.assertIn("tonic", names)
                self.assertEqual("qdrant-edge" in names, target == "antigravity", "the embedded engine is in one image only")

    def test_each_service_starts_is_healthy_and_ends_on_sigterm(self):
        for target, port in SERVICES.items():
            with self.subTest(target=target):
                image = self.built["retriever-with-weights" if target == "retriever" else target]
                options = {"retriever": ("--qdrant", "http://127.0.0.1:6334"), "gateway": ("--access", "none")}.get(target, ())
                # A retriever's weights are in memory.
                container = self.start(image, "--listen", f"0.0.0.0:{port}", *options, memory="512m" if target == "retriever" else "64m")
                service = f"antigravityqa.{target}.v1.{target.title()}Service"
                try:
                    # A retriever can't serve, and says so once it has asked for its Qdrant, which isn't there.
                    expected = gives_up if target == "retriever" else serving
                    self.assertTrue(expected(f"{container.address()}:{port}", service))
                except grpc.RpcError as error:
                    self.fail(f"{error}\n{container.logs()}")
                self.assertEqual(container.stop(), 0, container.logs())

    def test_names_are_resolved_inside_by_dns(self):
        """The gateway finds its peers by names that only the network's DNS server knows, fully qualified and by the search list."""
        self.start(self.built["answerer"], name="answerer-dns", network=NETWORK)
        self.start(self.built["retriever-with-weights"], "--listen", "0.0.0.0:7401", "--qdrant", "http://no-such-name:6334", name="retriever-dns", network=NETWORK)
        peers = ("--retriever", "http://retriever-dns:7401", "--answerer", "http://answerer-dns.dns.podman:7402")
        gateway = self.start(self.built["gateway"], "--listen", "0.0.0.0:7400", "--access", "none", *peers, network=NETWORK)
        address = f"{gateway.address()}:7400"
        self.assertTrue(serving(address, "antigravityqa.gateway.v1.GatewayService"))
        hosts = run("podman", "exec", gateway.id, "/antigravity-gateway", "--version", check=False)
        self.assertEqual(hosts.returncode, 0)
        models = call(address, "ListModels")
        self.assertEqual([model["name"] for model in models["models"]], ["extractive"], "the answerer was reached by its name")
        reason = failure(address, "DescribeArchive")
        self.assertEqual(reason, "INDEX_UNAVAILABLE", "the retriever was reached by its name, and Qdrant's doesn't exist")

    def test_the_program_answers_from_nothing_but_its_image(self):
        sample = DEPLOY / "standalone/sample/preprints.jsonl"
        run("podman", "volume", "create", "antigravity-test", check=False)
        self.addCleanup(run, "podman", "volume", "rm", "--force", "antigravity-test", check=False)
        options = ("--volume", "antigravity-test:/data:U", "--volume", f"{sample}:/preprints.jsonl:ro")
        image = self.built["antigravity"]
        index = run("podman", "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all", *options, image, "index", "/preprints.jsonl")
        self.assertIn("74", index.stdout + index.stderr)
        done = run("podman", "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all", *options, image, "ask", "How do neural networks find rare signals?")
        self.assertRegex(done.stdout, r"\[AG-\d{4}\.\d{2}-\d+\]")
        server = self.start(image, options=(*options, "--env", "ANTIGRAVITY_ACCESS=none"))
        self.assertTrue(serving(f"{server.address()}:7400", "antigravityqa.gateway.v1.GatewayService", 60))
        self.assertEqual(call(f"{server.address()}:7400", "DescribeArchive")["archive"]["preprints"], "74")
        self.assertEqual(server.stop(), 0, server.logs())


def method(address, name):
    """A unary call of the gateway by reflection: no generated code is needed."""
    from google.protobuf import message_factory
    from google.protobuf.descriptor_pool import DescriptorPool
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

    channel = grpc.insecure_channel(address)
    service = DescriptorPool(ProtoReflectionDescriptorDatabase(channel)).FindServiceByName("antigravityqa.gateway.v1.GatewayService")
    found = service.FindMethodByName(name)
    request, response = map(message_factory.GetMessageClass, (found.input_type, found.output_type))
    unary = channel.unary_unary(f"/{service.full_name}/{name}", request.SerializeToString, response.FromString)
    return channel, lambda: unary(request(), timeout=20)


def call(address, name):
    from google.protobuf.json_format import MessageToDict

    channel, unary = method(address, name)
    with channel:
        return MessageToDict(unary())


def failure(address, name):
    """The reason with which a call fails."""
    from google.rpc import error_details_pb2, status_pb2

    channel, unary = method(address, name)
    with channel:
        try:
            unary()
        except grpc.RpcError as error:
            details = dict(error.trailing_metadata())["grpc-status-details-bin"]
            for detail in status_pb2.Status.FromString(details).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return None


if __name__ == "__main__":
    unittest.main()
