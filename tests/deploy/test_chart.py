"""The chart: what it renders is valid for every Kubernetes at hand, keeps the policies, and holds only settings that the programs read."""

import copy
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml

from policies import COMPONENT, POLICIES, settings_of
from rendering import CHART, DEPLOY, EVERYTHING, GIVEN_CERTIFICATES, ROOT, VALUE_FILES, VERSIONS, helm, objects, of_kind, pods, render, renderings, tool

# Custom resources, of which no schema is at hand: rendered, read as YAML, and not checked further.
UNCHECKED = {"ServiceMonitor", "PrometheusRule", "Certificate"}
# Check, and what the message says: why it doesn't apply.
TRIVY_EXCEPTIONS = {
    ("KSV-0125", "untrusted registry"): "a list of registries to trust is the cluster's, not the chart's",
    ("DS-0026", "HEALTHCHECK"): "there is no shell to run one; Kubernetes probes over gRPC",
    ("KSV-01010", '{"tls_key "}'): "the setting tls_key names a file; the key itself comes from a Secret",
}


class Rendered(unittest.TestCase):
    def test_every_value_file_is_linted_strictly(self):
        for file in VALUE_FILES:
            done = helm("lint", "CHART", "--strict", "--values", str(file))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_object_is_valid_for_every_kubernetes(self):
        checked, unchecked = 0, set()
        cases = [((), ()), ((), ("qdrant.mode=embedded", "retriever.replicas=1")), *(((file,), ()) for file in VALUE_FILES)]
        for version in VERSIONS:
            sets = [objects(values, sets, version) for values, sets in cases]
            for found in (found for rendered in [*sets, objects((EVERYTHING,), (), version), objects((), GIVEN_CERTIFICATES, version)] for found in rendered):
                if found["kind"] in UNCHECKED:
                    unchecked.add(found["kind"])
                    continue
                with self.subTest(version=version, object=found["metadata"]["name"]):
                    kubernetes_validate.validate(found, version, strict=True)
                checked += 1
        print(f"{checked} objects valid for Kubernetes {VERSIONS[0]} to {VERSIONS[-1]}; no schema at hand for {', '.join(sorted(unchecked))}")
        self.assertEqual(unchecked, UNCHECKED)

    def test_the_validator_refuses_unknown_fields(self):
        wrong = copy.deepcopy(of_kind(objects(), "Deployment")[0])
        wrong["spec"]["template"]["spec"]["containers"][0]["livenessprobe"] = {}
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)

    def test_names_fit_however_long_the_release_is(self):
        done = helm("template", "a" * 53, "CHART")
        self.assertEqual(done.returncode, 0, done.stderr)
        for found in filter(None, yaml.safe_load_all(done.stdout)):
            self.assertLessEqual(len(found["metadata"]["name"]), 63)

    def test_a_packaged_chart_renders_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(helm("package", "CHART", "--destination", folder).returncode, 0)
            (package,) = Path(folder).iterdir()
            self.assertEqual(objects((), (), VERSIONS[-1], package), objects())

    def test_trivy_finds_nothing_but_the_exceptions(self):
        trivy = tool("trivy", "tests/tools/install-deploy could not fetch it")
        with tempfile.TemporaryDirectory() as folder:
            for name, rendered in renderings():
                (Path(folder) / f"{name}.yaml").write_text(yaml.safe_dump_all(rendered))
            shutil.copy(DEPLOY / "docker/Containerfile", Path(folder) / "Containerfile")
            # Without a word about what was installed here to anybody.
            command = [trivy, "config", "--quiet", "--skip-check-update", "--skip-version-check", "--format", "json", "--cache-dir", folder + "/.cache", folder]
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"TRIVY_DISABLE_TELEMETRY": "1"}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(done.stdout)["Results"]
        passed = sum(result["MisconfSummary"]["Successes"] for result in results)
        self.assertGreater(passed, 100, "trivy checked next to nothing")
        found = [(result["Target"], fault["ID"], fault["Message"]) for result in results for fault in result.get("Misconfigurations") or []]
        excepted = {(check, words) for _, id, message in found for check, words in TRIVY_EXCEPTIONS if id == check and words in message}
        self.assertEqual([fault for fault in found if not any(fault[1] == check and words in fault[2] for check, words in TRIVY_EXCEPTIONS)], [])
        self.assertEqual(excepted, set(TRIVY_EXCEPTIONS), "an exception that nothing needs")


class Policies(unittest.TestCase):
    def test_everything_rendered_keeps_them(self):
        for name, rendered in renderings():
            for policy in POLICIES:
                with self.subTest(values=name, policy=policy.__name__):
                    self.assertEqual(list(policy(rendered)), [])

    def test_each_policy_finds_what_it_is_for(self):
        def pod(change):
            def planted(rendered):
                change(next(of["spec"]["template"]["spec"] for of in rendered if of["kind"] == "Deployment"))

            return planted

        def first(kind, change):
            return lambda rendered: change(of_kind(rendered, kind)[0])

        def container(spec):
            return spec["containers"][0]

        def drop(kind, name):
            return lambda rendered: rendered.remove(next(of for of in of_kind(rendered, kind) if of["metadata"]["name"].endswith(name)))

        planted = {
            "pod_security": [
                pod(lambda spec: spec.pop("automountServiceAccountToken")),
                pod(lambda spec: spec.update(hostNetwork=True)),
                pod(lambda spec: spec["securityContext"].update(runAsUser=0)),
                pod(lambda spec: spec["securityContext"].pop("seccompProfile")),
                pod(lambda spec: spec["volumes"].append({"name": "host", "hostPath": {"path": "/"}})),
                pod(lambda spec: container(spec)["securityContext"].update(allowPrivilegeEscalation=True)),
                pod(lambda spec: container(spec)["securityContext"].update(capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]})),
                pod(lambda spec: container(spec)["securityContext"].pop("readOnlyRootFilesystem")),
                pod(lambda spec: container(spec)["ports"][0].update(hostPort=7400)),
            ],
            "resources": [pod(lambda spec: container(spec)["resources"].pop("limits"))],
            "images": [pod(lambda spec: container(spec).update(image="antigravity-gateway")), pod(lambda spec: container(spec).update(image="a:latest"))],
            "secrets": [
                lambda rendered: rendered.append({"kind": "Secret", "metadata": {"name": "keys"}}),
                pod(lambda spec: container(spec).update(env=[{"name": "API_KEY", "value": "x"}])),
                first("ConfigMap", lambda config: config["data"].update({"antigravity.toml": 'api_key = "x"'})),
            ],
            "probes": [
                pod(lambda spec: container(spec).pop("livenessProbe")),
                pod(lambda spec: container(spec)["readinessProbe"]["grpc"].pop("service")),
                pod(lambda spec: container(spec)["startupProbe"]["grpc"].update(service="antigravityqa.gateway.v1.GatewayService")),
            ],
            "shutdown": [
                pod(lambda spec: spec.update(terminationGracePeriodSeconds=135)),
                pod(lambda spec: container(spec).pop("lifecycle")),
                first("ConfigMap", lambda config: config["data"].update({"antigravity.toml": "drain_seconds = 60"})),
            ],
            "scaling": [
                first("Deployment", lambda of: of["spec"].pop("replicas")),
                first("Deployment", lambda of: of["spec"].update(replicas=1)),
                first("PodDisruptionBudget", lambda of: of["spec"]["selector"]["matchLabels"].update(x="y")),
                first("Deployment", lambda of: of["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1)),
            ],
            "services": [
                first("Service", lambda of: of["spec"]["selector"].pop(COMPONENT)),
                first("Service", lambda of: of["spec"]["ports"][0].update(targetPort="http2")),
                drop("Service", "-retriever"),
            ],
            "network": [
                drop("NetworkPolicy", "-default-deny"),
                drop("NetworkPolicy", "-gateway"),
                drop("NetworkPolicy", "-jobs"),
                lambda rendered: of_kind(rendered, "NetworkPolicy")[0]["spec"]["egress"][0]["ports"].pop(),
                lambda rendered: of_kind(rendered, "NetworkPolicy")[0]["spec"]["egress"].append({"ports": [{"protocol": "TCP", "port": 7401}], "to": [{"podSelector": {}}]}),
            ],
        }
        self.assertEqual(set(planted), {policy.__name__ for policy in POLICIES})
        for policy in POLICIES:
            for number, plant in enumerate(planted[policy.__name__]):
                with self.subTest(policy=policy.__name__, number=number):
                    broken = copy.deepcopy(objects())
                    plant(broken)
                    self.assertTrue(list(policy(broken)))


class Settings(unittest.TestCase):
    known = set(re.findall(r'(?:text|number|switch)\("([a-z_]+)"', (ROOT / "chassis/src/options/known.rs").read_text()))

    def test_services_are_given_only_what_they_read(self):
        self.assertIn("listen", self.known)
        for name, rendered in renderings():
            for component, settings in settings_of(rendered).items():
                with self.subTest(values=name, component=component):
                    self.assertEqual(set(settings) - self.known, set())

    def test_with_tls_every_service_is_called_by_a_name_on_its_certificate(self):
        rendered = objects((EVERYTHING,))
        names = {found["metadata"]["labels"][COMPONENT]: set(found["spec"]["dnsNames"]) for found in of_kind(rendered, "Certificate")}
        self.assertEqual(set(names), {"gateway", "retriever", "answerer"})
        self.assertIn("answers.lab.example", names["gateway"])
        settings = settings_of(rendered)
        called = {component: settings["gateway"][component] for component in ("retriever", "answerer")}
        servers = {variable["value"] for _, _, spec in pods(rendered) for variable in spec["containers"][0].get("env", []) if variable["name"] == "ANTIGRAVITY_SERVER"}
        (called["gateway"],) = servers
        for component, address in called.items():
            scheme, _, authority = address.partition("://")
            self.assertEqual(scheme, "https", component)
            self.assertIn(authority.partition(":")[0], names[component])

    def test_with_tls_every_pod_of_ours_reads_its_own_secret_as_a_folder(self):
        for values, sets, secret in (((EVERYTHING,), (), "qa-antigravity-{}-tls"), ((), GIVEN_CERTIFICATES, "{}-certificate")):
            rendered = objects(values, sets)
            settings = settings_of(rendered)
            for _, labels, spec in pods(rendered):
                component = labels[COMPONENT]
                if component == "qdrant":
                    continue
                owner = component if component in settings else "gateway"
                (volume,) = (volume for volume in spec["volumes"] if volume["name"] == "tls")
                self.assertEqual(volume["secret"]["secretName"], secret.format(owner))
                (mount,) = (mount for mount in spec["containers"][0]["volumeMounts"] if mount["name"] == "tls")
                # Kubernetes never brings a change to a single file that is mounted.
                self.assertEqual((mount["mountPath"], mount.get("subPath")), ("/tls", None))
                variables = {variable["name"]: variable.get("value") for variable in spec["containers"][0].get("env", [])}
                given = settings.get(component, {name.removeprefix("ANTIGRAVITY_").lower(): value for name, value in variables.items()})
                self.assertEqual([given[name] for name in ("tls_cert", "tls_key", "tls_ca")], ["/tls/tls.crt", "/tls/tls.key", "/tls/ca.crt"])
            demands = {component: given.get("tls_client_auth", False) for component, given in settings.items()}
            self.assertEqual(demands, {"gateway": bool(values), "retriever": False, "answerer": False}, "behind the gateway it is always so")

    def test_a_model_has_only_settings_that_the_answerer_reads(self):
        struct = re.search(r"pub struct ModelOptions \{(.*?)\n\}", (ROOT / "answerer/src/options.rs").read_text(), re.DOTALL)[1]
        schema = json.loads((CHART / "values.schema.json").read_text())["$defs"]["model"]
        self.assertLessEqual(set(schema["properties"]), set(re.findall(r"pub (\w+):", struct)))
        enum = re.search(r"pub enum Provider \{(.*?)\n\}", (ROOT / "answerer/src/options.rs").read_text(), re.DOTALL)[1]
        self.assertEqual(set(schema["properties"]["provider"]["enum"]), {name.lower() for name in re.findall(r"^    (\w+),", enum, re.MULTILINE)})

    def test_numbers_stay_whole_and_names_are_quoted(self):
        settings = settings_of(objects((EVERYTHING,)))
        self.assertEqual(settings["gateway"]["max_in_flight"], 17, "settings of the values go before the chart's own")
        model = settings["answerer"]["models"]["model.with-dots"]
        self.assertEqual((model["max_tokens"], model["temperature"]), (10_000_000, 0.5))
        self.assertIsInstance(model["max_tokens"], int)

    def test_a_changed_setting_rolls_the_pods_of_its_service_alone(self):
        def checksums(sets):
            found = of_kind(objects((), sets), "Deployment")
            return {of["metadata"]["labels"][COMPONENT]: of["spec"]["template"]["metadata"]["annotations"]["checksum/settings"] for of in found}

        before, after = checksums(()), checksums(("gateway.maxInFlight=9",))
        self.assertEqual({name for name in before if before[name] != after[name]}, {"gateway"})

    def test_the_programs_start_with_what_they_are_given(self):
        built = Path(os.environ.get("ANTIGRAVITY_PROGRAMS", ROOT / "target/debug"))
        if not (built / "antigravity-gateway").exists():
            raise unittest.SkipTest(f"no programs in {built}: cargo build --workspace --bins")
        for name in ("gateway", "answerer"):
            for values in (*VALUE_FILES,):
                settings = next(of for of in of_kind(objects((values,)), "ConfigMap") if of["metadata"]["labels"][COMPONENT] == name)
                with tempfile.TemporaryDirectory() as folder, self.subTest(program=name, values=values.stem):
                    file = Path(folder) / "antigravity.toml"
                    file.write_text(settings["data"]["antigravity.toml"])
                    command = [str(built / f"antigravity-{name}"), "--config", str(file), "--drain-seconds", "1"]
                    command += ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
                    if "access_keys" in settings["data"]["antigravity.toml"]:
                        # In the place of the Secret. It lets nobody in.
                        (keys := Path(folder) / "keys.toml").touch()
                        command += ["--access-keys", str(keys)]
                    environment = {key: value for key, value in os.environ.items() if not key.startswith("ANTIGRAVITY_")}
                    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment | {"ANTHROPIC_API_KEY": "not-a-key"})
                    lines = []
                    for line in running.stderr:
                        lines.append(line)
                        if '"listening"' in line:
                            running.terminate()
                    self.assertEqual(running.wait(10), 0, "".join(lines))
                    running.stderr.close()

    def test_weights_are_those_that_the_program_fetches(self):
        spec = importlib.util.spec_from_file_location("fetch_model", DEPLOY / "standalone/fetch_model.py")
        fetch_model = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(fetch_model)
        init = yaml.safe_load((CHART / "values.yaml").read_text())["retriever"]["weights"]["init"]
        self.assertEqual(init["sha256"], {name: sha256 for name, (_, sha256) in fetch_model.FILES.items()})
        self.assertTrue(init["baseUrl"].endswith(fetch_model.REVISION))

    def test_the_fetching_of_weights_takes_only_what_has_its_hash(self):
        """The init container's own script, run by this machine's shell: right files are taken, a wrong one is refused and leaves nothing."""
        import hashlib

        with tempfile.TemporaryDirectory() as folder:
            source, weights = Path(folder) / "source", Path(folder) / "weights"
            source.mkdir(), weights.mkdir()
            for name in ("model.safetensors", "tokenizer.json", "config.json"):
                (source / name).write_text(name)
            hashes = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("model.safetensors", "tokenizer.json", "config.json")}
            rendered = objects((), (f"retriever.weights.init.sha256={json.dumps(hashes)}",))
            deployment = next(of for of in of_kind(rendered, "Deployment") if of["metadata"]["name"].endswith("-retriever"))
            script = deployment["spec"]["template"]["spec"]["initContainers"][0]["args"][0].replace("/weights/", f"{weights}/")
            (Path(folder) / "wget").write_text('#!/bin/sh\nexec cp "$3" "$2"\n')
            (Path(folder) / "wget").chmod(0o755)
            (Path(folder) / "sha256sum").write_text('#!/bin/sh\nshift\n[ "${1:-}" = -s ] && set -- --status\nexec /usr/bin/sha256sum -c "$@"\n')
            (Path(folder) / "sha256sum").chmod(0o755)
            environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "BASE_URL": str(source)}

            def run():
                return subprocess.run(["sh", "-euc", script], env=environment, capture_output=True, check=False).returncode

            self.assertEqual(run(), 0)
            self.assertEqual({file.name for file in weights.iterdir()}, set(hashes))
            (weights / "config.json").unlink()
            (source / "config.json").write_text("something else")
            self.assertNotEqual(run(), 0)
            self.assertFalse((weights / "config.json").exists())

    def test_embedded_and_every_pod_have_their_own_place(self):
        embedded = objects((), ("qdrant.mode=embedded", "retriever.replicas=1"))
        self.assertEqual(settings_of(embedded)["retriever"]["data_dir"], "/data")
        self.assertNotIn("qdrant", settings_of(embedded)["retriever"])
        self.assertEqual([name for name, _, _ in pods(embedded) if "qdrant" in name], [])


if __name__ == "__main__":
    unittest.main()
