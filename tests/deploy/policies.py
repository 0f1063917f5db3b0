"""What must hold for everything the chart renders. Each policy gives the faults that it finds; test_chart.py also plants one for each."""

import re
from itertools import chain

from rendering import of_kind, pods

SERVERS = {"gateway": 7400, "retriever": 7401, "answerer": 7402}
JOBS = ("ingest", "harvest", "test")
COMPONENT = "app.kubernetes.io/component"


def containers(spec):
    return chain(spec.get("initContainers", []), spec["containers"])


def pod_security(rendered):
    """The Pod Security Standard `restricted`, and what is expected besides: numeric user, read-only root, no token, no host."""
    for name, _, spec in pods(rendered):
        context = spec.get("securityContext", {})
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{name}: mounts a service account's token"
        if any(spec.get(host) for host in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{name}: shares a namespace of its host"
        if context.get("runAsNonRoot") is not True or not context.get("runAsUser", 0) > 0:
            yield f"{name}: may run as root"
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{name}: has no seccomp profile"
        for volume in spec.get("volumes", []):
            kinds = set(volume) - {"name"}
            if not kinds <= {"configMap", "emptyDir", "secret", "persistentVolumeClaim", "projected"}:
                yield f"{name}: has a volume of kind {kinds}"
        for container in containers(spec):
            own = container.get("securityContext", {})
            if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
                yield f"{name}/{container['name']}: may gain privileges"
            if own.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{name}/{container['name']}: keeps capabilities"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{name}/{container['name']}: may write to its image"
            if any("hostPort" in port for port in container.get("ports", [])):
                yield f"{name}/{container['name']}: takes a port of its host"


def resources(rendered):
    for name, _, spec in pods(rendered):
        for container in containers(spec):
            for part in ("requests", "limits"):
                if not {"cpu", "memory"} <= set(container.get("resources", {}).get(part, {})):
                    yield f"{name}/{container['name']}: has no {part} of cpu and memory"


def images(rendered):
    for name, _, spec in pods(rendered):
        for container in containers(spec):
            if not re.search(r"(:[\w.-]+|@sha256:[0-9a-f]{64})$", container["image"]) or container["image"].endswith(":latest"):
                yield f"{name}/{container['name']}: {container['image']} isn't pinned"


def secrets(rendered):
    """Secrets are named, never written: neither as an object nor as a variable's or a setting's text."""
    for found in of_kind(rendered, "Secret"):
        yield f"Secret/{found['metadata']['name']}: the chart makes no secrets"
    for name, _, spec in pods(rendered):
        for variable in chain.from_iterable(container.get("env", []) for container in containers(spec)):
            if re.search(r"(?<!TLS_)KEY|TOKEN|SECRET|PASSWORD", variable["name"]) and "secretKeyRef" not in variable.get("valueFrom", {}):
                yield f"{name}: {variable['name']} isn't taken from a Secret"
    for found in of_kind(rendered, "ConfigMap"):
        for line in "\n".join(found["data"].values()).splitlines():
            if re.match(r"\s*(api_key|token|password)\s*=", line):
                yield f"ConfigMap/{found['metadata']['name']}: holds a secret: {line}"


def probes(rendered):
    """A service is asked over gRPC, or over HTTP where it serves TLS. Readiness asks for it by its own name; the others for the process alone, or a
    retriever would be restarted for want of Qdrant."""
    for found in of_kind(rendered, "Deployment"):
        name, component = found["metadata"]["name"], found["metadata"]["labels"][COMPONENT]
        container = found["spec"]["template"]["spec"]["containers"][0]
        service = f"antigravityqa.{component}.v1.{component.title()}Service"
        tls = any(mount["name"] == "tls" for mount in container["volumeMounts"])
        for probe, path in {"startupProbe": "/startupz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}.items():
            how = {part: value for part, value in container.get(probe, {}).items() if part in ("grpc", "httpGet")}
            named = {"service": service} if probe == "readinessProbe" else {}
            if tls:
                wanted = {"httpGet": {"port": "admin", "path": path}}
            else:
                wanted = {"grpc": {"port": SERVERS[component]} | named}
            if how != wanted:
                yield f"{name}: {probe} is {how}, expected {wanted}"


def settings_of(rendered):
    """{component: settings} as the services would read them."""
    import tomllib

    found = {}
    for config in of_kind(rendered, "ConfigMap"):
        if "antigravity.toml" in config["data"]:
            found[config["metadata"]["labels"][COMPONENT]] = tomllib.loads(config["data"]["antigravity.toml"])
    return found


def shutdown(rendered):
    """A pod has time for the longest answer: grace > announcing + draining, draining > any model's time."""
    settings = settings_of(rendered)
    longest = max([60, *(model.get("total_seconds", 120) for model in settings["answerer"].get("models", {}).values())])
    for found in of_kind(rendered, "Deployment"):
        name, component = found["metadata"]["name"], found["metadata"]["labels"][COMPONENT]
        spec = found["spec"]["template"]["spec"]
        announce = spec["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        drain = settings[component]["drain_seconds"]
        if not announce:
            yield f"{name}: is told to stop before endpoint lists have forgotten it"
        if drain <= longest:
            yield f"{name}: drains for {drain} s, an answer may take {longest} s"
        if spec["terminationGracePeriodSeconds"] <= announce + drain:
            yield f"{name}: is killed after {spec['terminationGracePeriodSeconds']} s, before {announce} + {drain} s are over"


def selects(selector, labels):
    def expression(wanted):
        if wanted["operator"] != "In":
            raise AssertionError(f"unknown operator {wanted}")
        return labels.get(wanted["key"]) in wanted["values"]

    match = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return match and all(map(expression, selector.get("matchExpressions", [])))


def scaling(rendered):
    scaled = {found["spec"]["scaleTargetRef"]["name"]: found for found in of_kind(rendered, "HorizontalPodAutoscaler")}
    budgets = of_kind(rendered, "PodDisruptionBudget")
    for found in of_kind(rendered, "Deployment"):
        name = found["metadata"]["name"]
        if (name in scaled) == ("replicas" in found["spec"]):
            yield f"{name}: replicas and an autoscaler exclude each other, and one of them is needed"
        replicas = scaled[name]["spec"]["minReplicas"] if name in scaled else found["spec"].get("replicas", 1)
        labels = found["spec"]["template"]["metadata"]["labels"]
        own = [budget for budget in budgets if selects(budget["spec"]["selector"], labels)]
        if len(own) != (1 if replicas >= 2 else 0):
            yield f"{name}: {len(own)} disruption budgets for {replicas} replicas"
        if found["spec"]["strategy"]["type"] == "RollingUpdate" and found["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] != 0:
            yield f"{name}: an upgrade takes a replica away before another is ready"


def services(rendered):
    """Each Service selects the pods of one workload and names a port that they have; calls between services go to headless ones."""
    for found in of_kind(rendered, "Service"):
        name, spec = found["metadata"]["name"], found["spec"]
        own = [(pod, inside) for pod, labels, inside in pods(rendered) if spec["selector"].items() <= labels.items()]
        if len(own) != 1:
            yield f"Service/{name}: selects {[pod for pod, _ in own]}"
            continue
        ports = {port["name"] for container in own[0][1]["containers"] for port in container["ports"]}
        for port in spec["ports"]:
            if port["targetPort"] not in ports:
                yield f"Service/{name}: there is no port {port['targetPort']}"
        if spec.get("clusterIP") != "None" and not name.endswith("-gateway"):
            yield f"Service/{name}: isn't headless"
    names = {f"{found['metadata']['name']}.{found['metadata']['namespace']}.svc" for found in of_kind(rendered, "Service")}
    addresses = [value for settings in settings_of(rendered).values() for key, value in settings.items() if key in ("retriever", "answerer")]
    for host in (re.sub(r"^https?://|:\d+$", "", address) for address in addresses):
        if host not in names:
            yield f"no Service is called {host}"


def network(rendered):
    """Default deny; between components exactly the edges of the design; names for all."""
    policies = of_kind(rendered, "NetworkPolicy")
    components = {labels[COMPONENT]: labels for _, labels, _ in pods(rendered)}
    edges = {"ingress": set(), "egress": set()}
    for name, labels in components.items():
        own = [policy["spec"] for policy in policies if selects(policy["spec"]["podSelector"], labels)]
        if not any({"Ingress", "Egress"} == set(spec["policyTypes"]) and not spec.get("ingress") for spec in own):
            yield f"{name}: nothing is denied by default"
        dns = {(port["protocol"], port["port"]) for spec in own for rule in spec.get("egress", []) for port in rule["ports"]}
        if not {("UDP", 53), ("TCP", 53)} <= dns:
            yield f"{name}: names can't be resolved"
        for direction, end in (("ingress", "from"), ("egress", "to")):
            for rule in (rule for spec in own for rule in spec.get(direction, [])):
                if not rule.get("ports"):
                    yield f"{name}: {direction} on every port"
                for peer in rule.get(end, []):
                    selector = peer.get("podSelector")
                    # The gateway's callers may be any pod of the namespace: no edge of ours. Other namespaces' pods are none either.
                    if selector is None or "namespaceSelector" in peer or (name, direction, selector) == ("gateway", "ingress", {}):
                        continue
                    for other, others in components.items():
                        if selects(selector, others):
                            pair = (other, name) if direction == "ingress" else (name, other)
                            edges[direction] |= {(*pair, port["port"]) for port in rule["ports"]}
    wanted = {("gateway", "retriever", 7401), ("gateway", "answerer", 7402)} | {(job, "gateway", 7400) for job in JOBS}
    wanted |= {("retriever", "qdrant", 6334)}
    wanted = {edge for edge in wanted if edge[0] in components and edge[1] in components}
    for direction, found in edges.items():
        for edge in sorted(found ^ wanted):
            yield f"{direction}: {edge} is {'not asked for' if edge in found else 'missing'}"


POLICIES = [pod_security, resources, images, secrets, probes, shutdown, scaling, services, network]
