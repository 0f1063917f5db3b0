"""What the chart refuses: one case for each rule of values.schema.json and of templates/_checks.tpl, with the words that say why."""

import copy
import json
import re
import unittest
from pathlib import Path

import jsonschema
import yaml

from rendering import CHART, VALUE_FILES, render

MODEL = 'answerer.models={"m":{"model":"x","api_key_env":""}}'

# (--set texts, what the message must say). First values that make no sense by themselves.
SCHEMA = [
    (["gatewai.replicas=2"], "gatewai"),
    (["gateway.replica=2"], "replica"),
    (['archive=""'], "/archive"),
    (["archive=null"], "archive"),
    (["archive=two words"], "/archive"),
    (["nameOverride=Not_A_Name"], "/nameOverride"),
    (["access.mode=open"], "proxy"),
    (["access.keys.secretKey=a/b"], "/access/keys/secretKey"),
    (['access.proxy={"peers":[]}'], "/access/proxy/peers"),
    (['access.proxy={"peers":["proxy.lab"]}'], "/access/proxy/peers/0"),
    (['access.proxy={"tenant_header":"x user"}'], "/access/proxy/tenant_header"),
    (['access.proxy={"scopes":["write"]}'], "admin"),
    (["image.tag=latest"], "/image/tag"),
    (["image.registry=https://registry.example.org"], "/image/registry"),
    (["image.pullPolicy=Sometimes"], "IfNotPresent"),
    (["gateway.image.digest=sha256:12"], "/gateway/image/digest"),
    (['gateway.image.repository=""'], "/gateway/image/repository"),
    (["gateway.replicas=0"], "/gateway/replicas"),
    (["gateway.replicas=two"], "/gateway/replicas"),
    (["gateway.maxInFlight=0"], "/gateway/maxInFlight"),
    (["gateway.service.type=External"], "ClusterIP"),
    (["gateway.settings.Listen=x"], "'Listen' does not match"),
    (['gateway.resources={"requests":{"cpu":"1","memory":"1Gi"}}', "gateway.resources.limits=null"], "/gateway/resources"),
    (["gateway.resources.limits.memory=1GB"], "/gateway/resources/limits/memory"),
    (["gateway.resources.limits.gpu=1"], "gpu"),
    (["gateway.autoscaling.minReplicas=0"], "/gateway/autoscaling/minReplicas"),
    (["gateway.autoscaling.metric=memory"], "inFlight"),
    (["gateway.autoscaling.target=0"], "/gateway/autoscaling/target"),
    (["retriever.workers=2000"], "/retriever/workers"),
    (["retriever.embeddingPrecision=f16"], "int8"),
    (["retriever.weights.from=hub"], "volume"),
    (["retriever.weights.path=models"], "/retriever/weights/path"),
    (["retriever.weights.init.image=busybox"], "/retriever/weights/init/image"),
    (["retriever.weights.init.image=busybox:latest"], "/retriever/weights/init/image"),
    (["retriever.weights.init.baseUrl=ftp://x/y"], "/retriever/weights/init/baseUrl"),
    (["retriever.weights.init.sha256.extra=abc"], "/retriever/weights/init/sha256/extra"),
    (['answerer.models={"m":{"provider":"anthropic"}}'], "model"),
    (['answerer.models={"m":{"model":"x","provider":"oracle"}}'], "anthropic"),
    (['answerer.models={"m":{"model":"x","api_key":"sk-1"}}'], "api_key"),
    (['answerer.models={"m":{"model":"x","base_url":"https://me:secret@host"}}'], "/answerer/models/m/base_url"),
    (['answerer.models={"m":{"model":"x","temperature":3}}'], "/answerer/models/m/temperature"),
    (['answerer.models={"m":{"model":"x","total_seconds":0}}'], "/answerer/models/m/total_seconds"),
    (['answerer.models={"two words":{"model":"x"}}'], "'two words' does not match"),
    (['answerer.apiKeys=[{"env":"K","value":"sk-1"}]'], "value"),
    (['answerer.apiKeys=[{"env":"K","secretName":"s"}]'], "secretKey"),
    (['answerer.apiKeys=[{"env":"lower","secretName":"s","secretKey":"k"}]'], "/answerer/apiKeys/0/env"),
    (["qdrant.mode=local"], "embedded"),
    (["qdrant.mode=external", "qdrant.external.url=qdrant:6334"], "/qdrant/external/url"),
    (["qdrant.external.url=http://q:6334/path"], "/qdrant/external/url"),
    (["qdrant.layout.shardNumber=0"], "/qdrant/layout/shardNumber"),
    (["qdrant.layout.onDiskVectors=1"], "/qdrant/layout/onDiskVectors"),
    (["qdrant.storage.size=big"], "/qdrant/storage/size"),
    (["qdrant.bundled.image=qdrant/qdrant:latest"], "/qdrant/bundled/image"),
    (["shutdown.drainSeconds=0"], "/shutdown/drainSeconds"),
    (["shutdown.announceSeconds=1000"], "/shutdown/announceSeconds"),
    (['log.level=""'], "/log/level"),
    (["tls.mode=on"], "certManager"),
    (["tls.certManager.duration=90d"], "/tls/certManager/duration"),
    (["trustedCertificates.key=a/b"], "/trustedCertificates/key"),
    (["metrics.port=80"], "/metrics/port"),
    (["metrics.serviceMonitor.interval=often"], "/metrics/serviceMonitor/interval"),
    (["telemetry.otlpEndpoint=collector:4317"], "/telemetry/otlpEndpoint"),
    (["podDisruptionBudget.maxUnavailable=0"], "/podDisruptionBudget/maxUnavailable"),
    (["topologySpread.zone=Always"], "DoNotSchedule"),
    (['networkPolicy.callers=[{}]'], "/networkPolicy/callers/0"),
    (['networkPolicy.callers=[{"ipBlock":{"cidr":"10.0.0.0"}}]'], "/networkPolicy/callers/0/ipBlock/cidr"),
    (['networkPolicy.models.ports=[]'], "/networkPolicy/models/ports"),
    (['networkPolicy.models.ports=[70000]'], "/networkPolicy/models/ports/0"),
    (['ingest.files=["/etc/passwd"]'], "/ingest/files/0"),
    (["ingest.activeDeadlineSeconds=1"], "/ingest/activeDeadlineSeconds"),
    (["ingest.backoffLimit=-1"], "/ingest/backoffLimit"),
    (["harvest.schedule=nightly"], "/harvest/schedule"),
    (["harvest.endpoint=oaipmh.arxiv.org"], "/harvest/endpoint"),
    (["harvest.contact=nobody"], "/harvest/contact"),
    (["harvest.activeDeadlineSeconds=9999999"], "/harvest/activeDeadlineSeconds"),
    (["ingest.backoffLimit=1000"], "/ingest/backoffLimit"),
    (["shutdown.drainSeconds=90000"], "/shutdown/drainSeconds"),
    (["gateway.replicas=5000"], "/gateway/replicas"),
    (["gateway.maxInFlight=2000000"], "/gateway/maxInFlight"),
    (["gateway.autoscaling.target=20000"], "/gateway/autoscaling/target"),
    (["gateway.image.tag=a b"], "/gateway/image/tag"),
    (["retriever.weights.volume.subPath=/absolute"], "/retriever/weights/volume/subPath"),
    (["podDisruptionBudget.maxUnavailable=half"], "/podDisruptionBudget/maxUnavailable"),
    ([f"fullnameOverride={'a' * 300}"], "/fullnameOverride"),
    ([f"test.question={'a' * 2001}"], "/test/question"),
    (['answerer.models={"m":{"model":"x","max_tokens":20000000}}'], "/answerer/models/m/max_tokens"),
    (['answerer.models={"m":{"model":"x","api_key_env":"lower"}}'], "/answerer/models/m/api_key_env"),
    (['networkPolicy.callers=[{"ipBlock":{"except":["10.0.0.0/8"]}}]'], "cidr"),
]

# Then what doesn't go together: the whole sentence stands in _checks.tpl, its beginning here.
TOGETHER = [
    (["tls.mode=certManager"], "tls.certManager.issuerRef.name: name the issuer"),
    (["tls.mode=secrets"], "tls.secrets.answerer: name the Secret"),
    (["tls.mode=certManager", "tls.certManager.issuerRef.name=lab", "metrics.enabled=false"], "tls.mode: the kubelet's gRPC probes know no TLS"),
    (["tls.clientAuth=true"], "tls.clientAuth: callers are to show certificates"),
    (["metrics.enabled=false", "metrics.rules.enabled=true"], "need metrics.enabled=true"),
    (["access.mode=keys"], "access.keys.secretName: name the Secret"),
    (["access.mode=keys", "access.keys.secretName=k", 'access.proxy={"tenant_header":"x-user"}'], "access.proxy: it is given, and access.mode is keys"),
    (["access.mode=proxy"], "access.proxy: access.mode=proxy needs peers"),
    (['access.mode=proxy', 'access.proxy={"peers":["10.0.0.0/8"],"tenant_header":"x-user"}', "access.jobs.secretName=j"], "access.keys.secretName: the jobs show a key"),
    (["access.keys.secretName=k"], "access.mode: keys or a proxy are given"),
    (["access.mode=keys", "access.keys.secretName=k", "ingest.enabled=true", "ingest.claimName=c", 'ingest.files=["a"]'], "access.jobs.secretName: ingest and harvest"),
    (["qdrant.mode=embedded"], "retriever.replicas: the embedded engine's directory belongs to one process"),
    (["qdrant.mode=embedded", "retriever.replicas=1", "retriever.autoscaling.enabled=true"], "retriever.replicas: the embedded engine"),
    (["qdrant.mode=embedded", "retriever.replicas=1", "qdrant.layout.shardNumber=2"], "qdrant.layout.shardNumber: the embedded engine has one shard"),
    (["qdrant.mode=embedded", "retriever.replicas=1", "qdrant.layout.scalarQuantisation=true"], "qdrant.layout.scalarQuantisation: the embedded engine"),
    (["qdrant.mode=external"], "qdrant.external.url: say where Qdrant is"),
    (["qdrant.layout.replicationFactor=2"], "qdrant.layout.replicationFactor: the bundled Qdrant is one node"),
    (["qdrant.mode=external", "qdrant.external.url=http://q:6334", "qdrant.layout.writeConsistencyFactor=2"], "no write could ever be acknowledged"),
    (["retriever.weights.from=volume"], "retriever.weights.volume.claimName: name the claim"),
    (["retriever.weights.init.sha256.model\\.safetensors=null"], "weights are not taken unverified"),
    (["answerer.defaultModel=haiku"], "answerer.defaultModel: there is no model `haiku`"),
    (['answerer.models={"extractive":{"model":"x","api_key_env":""}}'], "the name belongs to the built-in composer"),
    (['answerer.models={"m":{"model":"x"}}'], "its key is read from ANTHROPIC_API_KEY"),
    (['answerer.models={"m":{"model":"x","provider":"openai"}}'], "its key is read from OPENAI_API_KEY"),
    (['answerer.models={"m":{"model":"x","api_key_env":"OTHER"}}'], "its key is read from OTHER"),
    ([MODEL, "shutdown.drainSeconds=120"], "shutdown.drainSeconds: it is 120, and model `m` may take 120 seconds"),
    (["gateway.autoscaling.minReplicas=9"], "gateway.autoscaling: maxReplicas (6) is less than minReplicas (9)"),
    (["gateway.autoscaling.enabled=true", "gateway.autoscaling.metric=inFlight", "metrics.enabled=false"], "gateway.autoscaling.metric: inFlight needs"),
    (["trustedCertificates.secretName=a", "trustedCertificates.configMapName=b"], "trustedCertificates: name a Secret or a ConfigMap"),
    (["ingest.enabled=true"], "ingest: name the claim"),
    (["harvest.enabled=true"], "harvest.contact: give an e-mail address"),
]


def put(values, path, value):
    for name in path[:-1]:
        values = values.setdefault(name, {})
    if value is None:
        values.pop(path[-1], None)
    else:
        values[path[-1]] = value


def values_with(sets):
    """The chart's defaults with `--set` texts applied, as Helm does."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    values = json.loads(json.dumps(values))  # undoes YAML's shared anchors
    for text in sets:
        name, _, value = text.partition("=")
        path = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", name)]
        put(values, path, yaml.safe_load(value))
    return values


class Refused(unittest.TestCase):
    def test_each_wrong_value_is_named(self):
        for sets, says in SCHEMA:
            with self.subTest(sets=sets):
                done = render(sets=sets)
                self.assertNotEqual(done.returncode, 0, "it was accepted")
                self.assertIn("values don't meet the specifications of the schema", done.stderr)
                self.assertIn(says, done.stderr)

    def test_each_contradiction_is_told_in_a_sentence_and_each_sentence_has_a_case(self):
        told = ""
        for sets, says in TOGETHER:
            with self.subTest(sets=sets):
                done = render(sets=sets)
                self.assertNotEqual(done.returncode, 0, "it was accepted")
                self.assertIn(says, done.stderr)
                told += done.stderr
        sentences = re.findall(r'- fail (?:\(printf )?"([^"]*)"', (CHART / "templates/_checks.tpl").read_text().replace('\\"', "'"))
        self.assertGreater(len(sentences), 20)
        for sentence in sentences:
            self.assertIn(max(re.split(r"%[sd]|'", sentence), key=len), told)

    def test_every_rule_of_the_schema_has_a_case(self):
        """Each constraint (by keyword and what it says; `type` and `required` apart) is what at least one case above breaks."""
        schema = json.loads((CHART / "values.schema.json").read_text())
        keywords = {"pattern", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "minProperties", "not", "oneOf"}

        def rules(part):
            if isinstance(part, dict):
                for keyword, says in part.items():
                    if keyword in keywords:
                        yield keyword, json.dumps(says)
                    if keyword not in ("not", "enum", "required"):
                        yield from rules(says)
            elif isinstance(part, list):
                for inner in part:
                    yield from rules(inner)

        def broken(error):
            yield error.validator, json.dumps(error.validator_value)
            for inner in error.context:
                yield from broken(inner)

        validator = jsonschema.Draft7Validator(schema)
        hit = {rule for sets, _ in SCHEMA for error in validator.iter_errors(values_with(sets)) for rule in broken(error)}
        self.assertEqual(sorted(set(rules(schema)) - hit), [])

    def test_no_default_can_be_taken_away(self):
        """`--set name=null` removes a default; the templates count on every one of them, but for the layout's, which are null already."""
        validator = jsonschema.Draft7Validator(json.loads((CHART / "values.schema.json").read_text()))
        defaults = values_with(())
        free = {"models", "settings", "podAnnotations", "podLabels", "nodeSelector", "affinity", "annotations", "labels", "sha256", "layout", "matchLabels"}

        def names(part, path):
            for name, inner in part.items():
                yield [*path, name]
                if isinstance(inner, dict) and name not in free:
                    yield from names(inner, [*path, name])

        for path in names(defaults, []):
            values = copy.deepcopy(defaults)
            put(values, path, None)
            self.assertFalse(validator.is_valid(values), ".".join(path))

    def test_older_kubernetes_is_refused(self):
        done = render(version="1.28")
        self.assertIn("kubeVersion: >=1.29", done.stderr)

    def test_every_object_of_the_schema_is_closed(self):
        """A misspelt name is refused wherever it stands: no object of fixed names lets others pass."""
        schema = json.loads((CHART / "values.schema.json").read_text())

        def walk(part, path):
            if isinstance(part, dict):
                if "properties" in part and part.get("additionalProperties") is not False:
                    yield path
                for name, inner in part.items():
                    yield from walk(inner, f"{path}/{name}")

        self.assertEqual(list(walk(schema, "")), [])

    def test_the_schema_knows_every_value_and_no_other(self):
        """Names of values.yaml and of the schema are the same, down to where the schema leaves names free."""
        schema = json.loads((CHART / "values.schema.json").read_text())

        def resolved(part):
            return schema["$defs"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part

        def compare(values, part, path):
            part = resolved(part)
            # Nothing by default, and nothing that has to be there: values.yaml says in words what may be.
            nothing = values == {} and not part.get("required")
            if "properties" not in part or not isinstance(values, dict) or nothing:
                return
            names = set(part["properties"]) - {"global", "ephemeral-storage"}
            self.assertEqual(names, set(values), path)
            for name in names:
                compare(values[name], part["properties"][name], f"{path}.{name}")

        compare(yaml.safe_load((CHART / "values.yaml").read_text()), schema, "values")

    def test_what_is_right_is_accepted(self):
        for sets in ([], [MODEL, "answerer.defaultModel=m"], ["gateway.image.digest=sha256:" + "0" * 64], ["podDisruptionBudget.maxUnavailable=50%"]):
            self.assertEqual(render(sets=sets).returncode, 0, sets)
        for file in VALUE_FILES:
            self.assertEqual(render([Path(file)]).returncode, 0, file)


if __name__ == "__main__":
    unittest.main()
