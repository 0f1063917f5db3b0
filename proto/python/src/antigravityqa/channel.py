"""How a channel to the gateway is opened: address, encryption, and the contract's service configuration."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import ipaddress
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import grpc

Options = Sequence[tuple[str, Any]]
RESOLVED_BY_GRPC = ("dns://", "ipv4://", "ipv6://", "unix://", "xds://")
VERSION = importlib.metadata.version("antigravity-qa")


def target(address: str, credentials: grpc.ChannelCredentials | None) -> tuple[str, grpc.ChannelCredentials | None]:
    """The address as gRPC takes it, and credentials: the given ones, for `https://` the system's root certificates, else none."""
    if "://" not in address or address.startswith(RESOLVED_BY_GRPC):
        return address, credentials
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"the address is host:port, http://host:port or https://host:port, not {address!r}")
    if parts.scheme == "http" and credentials is not None:
        raise ValueError(f"{address!r} is not encrypted, so it takes no credentials: write https://")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{host}:{port}", grpc.ssl_channel_credentials() if parts.scheme == "https" and credentials is None else credentials


def options(target: str, timeout: float | None, more: Options) -> list[tuple[str, Any]]:
    """The service configuration, and no proxy of the environment for this machine's own addresses: gRPC would use it even for those."""
    own = [("grpc.enable_http_proxy", 0)] if _is_loopback(target) else []
    agent = ("grpc.primary_user_agent", f"antigravity-qa-python/{VERSION}")
    return [("grpc.service_config", service_config(timeout)), agent, *own, *more]


def service_config(timeout: float | None) -> str:
    """The contract's service configuration as JSON, with another time limit in seconds for all but the long methods."""
    text = importlib.resources.files("antigravityqa").joinpath("service_config.json").read_text(encoding="utf-8")
    if timeout is None:
        return text
    if not timeout > 0:
        raise ValueError(f"the timeout is a number of seconds above 0, not {timeout}")
    config = json.loads(text)
    for method in config["methodConfig"]:
        if any("method" not in name for name in method["name"]):
            method["timeout"] = f"{timeout:.3f}s"
    return json.dumps(config)


def _is_loopback(target: str) -> bool:
    host = target.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def metadata(api_key: str | None) -> tuple[tuple[str, str], ...]:
    """What goes along with every call."""
    return (("authorization", f"Bearer {api_key}"),) if api_key else ()
