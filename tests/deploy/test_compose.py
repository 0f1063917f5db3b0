"""The compose file: what it says agrees with the programs and the chart, and its services answer a first question within a minute."""

import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import yaml

import containers
from rendering import CHART, DEPLOY, tool

COMPOSE = DEPLOY / "compose"
FILE = yaml.safe_load((COMPOSE / "compose.yaml").read_text())


class Contents(unittest.TestCase):
    def test_services_are_confined(self):
        for name in ("gateway", "retriever", "answerer", "program"):
            service = FILE["services"][name]
            self.assertEqual((service["read_only"], service["cap_drop"]), (True, ["ALL"]), name)
            self.assertEqual(service["security_opt"], ["no-new-privileges:true"], name)

    def test_only_this_machine_can_reach_them(self):
        published = {name: service.get("ports", []) for name, service in FILE["services"].items() if service.get("ports")}
        self.assertEqual(set(published), {"gateway", "prometheus"})
        self.assertTrue(all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports))

    def test_targets_exist_and_qdrant_is_the_charts(self):
        containerfile = (DEPLOY / "docker/Containerfile").read_text()
        for service in FILE["services"].values():
            if "build" in service:
                self.assertIn(f" AS {service['build']['target']}\n", containerfile)
        version = yaml.safe_load((CHART / "values.yaml").read_text())["qdrant"]["bundled"]["image"].rsplit(":", 1)[1]
        self.assertIn(f":{version.removesuffix('-unprivileged')}}}", FILE["services"]["qdrant"]["image"])

    def test_services_end_in_time(self):
        for name in ("gateway", "retriever", "answerer"):
            service = FILE["services"][name]
            drain = int(service["command"][service["command"].index("--drain-seconds") + 1])
            self.assertGreater(int(service["stop_grace_period"].removesuffix("s")), drain)

    def test_prometheus_reads_the_admin_port_of_every_service(self):
        scraped = yaml.safe_load((COMPOSE / "prometheus.yml").read_text())["scrape_configs"]
        ports = {names["names"][0]: names["port"] for job in scraped for names in job.get("dns_sd_configs", [])}
        self.assertEqual(set(ports), {"gateway", "retriever", "answerer"})
        for name, port in ports.items():
            command = FILE["services"][name]["command"]
            self.assertEqual(command[command.index("--admin-listen") + 1], f"0.0.0.0:{port}", name)

    def test_prometheus_accepts_its_configuration(self):
        promtool = tool("promtool", "Debian: apt-get install --no-install-recommends prometheus")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(COMPOSE / "prometheus.yml", folder)
            shutil.copy(DEPLOY / "prometheus/rules.yml", folder)
            done = subprocess.run([promtool, "check", "config", Path(folder) / "prometheus.yml"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Running(unittest.TestCase):
    """With the embedded engine in Qdrant's place, and without Prometheus: neither image can be had here."""

    PROJECT = "antigravity-test"

    @classmethod
    def setUpClass(cls):
        containers.needs_containers()
        cls.compose_tool = tool("podman-compose", "tests/tools/install-deploy could not fetch it")
        found = containers.programs(engine=True)
        containers.make_builder(found)
        for target in ("gateway", "retriever-with-weights", "answerer", "antigravity"):
            containers.build(target)
        cls.environment = containers.ENVIRONMENT | {"ANTIGRAVITY_TAG": "test", "ANTIGRAVITY_PORT": "17400", "COMPOSE_PROJECT_NAME": cls.PROJECT}

    def compose(self, *arguments, check=True):
        files = ["--file", COMPOSE / "compose.yaml", "--file", Path(__file__).with_name("compose.embedded.yaml")]
        command = [self.compose_tool, "--project-name", self.PROJECT, "--profile", "tools", *files, *arguments]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=self.environment, timeout=180, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def program(self, *arguments):
        """As a job or a client does: UNAVAILABLE (exit code 69) is tried again, for a service may not be there yet."""
        for _ in range(4):
            done = self.compose("run", "--rm", "program", *arguments, check=False)
            if done.returncode != 69:
                break
        said = done.stdout + done.stderr + self.compose("logs", "answerer", "gateway", check=False).stdout
        # A name that there isn't is told otherwise, and a service that has ended has none.
        unanswered = "the name can't be resolved in time" in said or "Temporary failure in name resolution" in said
        if done.returncode == 69 and unanswered and self.all_run():
            raise NamesNotAnswered
        self.assertEqual(done.returncode, 0, said)
        return done

    def all_run(self):
        label = f"label=io.podman.compose.project={self.PROJECT}"
        names = containers.run("podman", "ps", "--filter", label, "--format", "{{.Names}}").stdout
        return all(service in names for service in ("gateway", "retriever", "answerer"))

    def first_question(self):
        """Seconds from `up` to the first answer, indexing included."""
        self.addCleanup(self.compose, "down", "--volumes", "--timeout", "5", check=False)
        times = [time.monotonic()]
        self.compose("up", "--detach", "--no-build", "gateway", "retriever", "answerer")
        times.append(time.monotonic())
        self.program("index", "/sample/preprints.jsonl")
        times.append(time.monotonic())
        answer = self.program("ask", "How do neural networks find rare signals?")
        times.append(time.monotonic())
        self.assertRegex(answer.stdout, r"\[AG-\d{4}\.\d{2}-\d+\]")
        up, index, ask = (after - before for before, after in zip(times, times[1:]))
        print(f"compose: up {up:.1f} s, index {index:.1f} s, ask {ask:.1f} s")
        return times[-1] - times[0]

    def test_the_first_question_is_answered_within_a_minute(self):
        # With podman 4.3 and aardvark-dns 1.4 (Debian 12) a container's lookups sometimes time out, for seconds or for good, once another
        # container has joined or left the network; why was not found. A run in which the gateway's log says so is said, and begun anew.
        # That names are resolved inside our images at all is test_images' subject.
        for _ in range(4):
            try:
                self.assertLess(self.first_question(), 60)
                return
            except NamesNotAnswered:
                print("compose: lookups in this network time out; once more with a new one")
                self.doCleanups()
        self.skipTest("lookups in podman's networks time out on this machine, four times in a row")


class NamesNotAnswered(Exception):
    """The gateway's lookups of its neighbours time out."""


if __name__ == "__main__":
    unittest.main()
