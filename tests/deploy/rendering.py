"""Where the tools are, and the chart as Kubernetes would get it."""

import os
import shutil
import subprocess
import tempfile
import unittest
from functools import lru_cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm"
TOOLS = ROOT / ".tools" / "deploy" / "bin"
VALUE_FILES = sorted((CHART / "values").glob("*.yaml"))
VERSIONS = [f"1.{minor}" for minor in range(29, 38)]
NEWEST = VERSIONS[-1]


def tool(name, install):
    """The path of a tool, or the test is skipped with what to install."""
    for found in (TOOLS / name, shutil.which(name)):
        if found and Path(found).exists():
            return str(found)
    raise unittest.SkipTest(f"no {name}: {install}")


def helm(*arguments, chart=CHART):
    command = [tool("helm", "tests/tools/install-deploy could not fetch it"), arguments[0], *arguments[1:]]
    command = [str(chart) if part == "CHART" else part for part in command]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HELM_CACHE_HOME": home, "HELM_CONFIG_HOME": home, "HELM_DATA_HOME": home}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def render(values=(), sets=(), version=NEWEST, chart=CHART):
    """Helm's result for these value files and `--set` texts."""
    arguments = ["template", "qa", "CHART", "--namespace", "lab", "--kube-version", f"{version}.0"]
    for file in values:
        arguments += ["--values", str(file)]
    for text in sets:
        arguments += ["--set-json" if "=" in text and text.split("=", 1)[1][:1] in "[{\"" else "--set", text]
    return helm(*arguments, chart=chart)


@lru_cache(maxsize=None)
def objects(values=(), sets=(), version=NEWEST, chart=CHART):
    """The objects rendered; not to be changed by whoever gets them."""
    done = render(values, sets, version, chart)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [found for found in yaml.safe_load_all(done.stdout) if found]


GIVEN_CERTIFICATES = ("tls.mode=secrets", *(f"tls.secrets.{service}={service}-certificate" for service in ("gateway", "retriever", "answerer")))
EVERYTHING = Path(__file__).with_name("everything.yaml")


def renderings():
    """(name, objects) of each value file, of the defaults, of the embedded engine, of given certificates, and of all features at once."""
    yield "defaults", objects()
    for file in VALUE_FILES:
        yield file.stem, objects((file,))
    yield "embedded", objects((), ("qdrant.mode=embedded", "retriever.replicas=1"))
    yield "secrets", objects((), GIVEN_CERTIFICATES)
    yield "everything", objects((EVERYTHING,))


def pods(rendered):
    """(kind/name, labels, pod spec) of everything that makes pods."""
    for found in rendered:
        spec, kind = found.get("spec", {}), found["kind"]
        name = f"{kind}/{found['metadata']['name']}"
        if kind == "Pod":
            yield name, found["metadata"]["labels"], spec
        elif kind in ("Deployment", "StatefulSet", "Job"):
            yield name, spec["template"]["metadata"]["labels"], spec["template"]["spec"]
        elif kind == "CronJob":
            template = spec["jobTemplate"]["spec"]["template"]
            yield name, template["metadata"]["labels"], template["spec"]


def of_kind(rendered, kind):
    return [found for found in rendered if found["kind"] == kind]
