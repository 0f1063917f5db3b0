"""Failures of calls as exceptions, with what the gateway says about them (AIP-193)."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from antigravityqa.types import Reason

DOMAIN = "antigravityqa"


@dataclasses.dataclass(frozen=True)
class FieldViolation:
    """What is wrong with one field of a request."""

    field: str
    """The field's path, such as `filter.from_date`."""
    description: str
    """What is wrong, and what to do."""


class Error(Exception):
    """A call failed. Decide by the class, or by `code` and `reason`; the message is for people and may change."""

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: Reason | str = "",
        metadata: dict[str, str] | None = None,
        violations: tuple[FieldViolation, ...] = (),
        retry_delay: datetime.timedelta | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        """Why, as `docs/errors/` explains it. Plain text when this client doesn't know it yet; empty when the failure happened on this side."""
        self.metadata = metadata or {}
        """What varies in the message, such as the id that wasn't found."""
        self.violations = violations
        self.retry_delay = retry_delay
        """When to come back, if the gateway says so."""
        self.request_id = request_id
        """How the gateway's log names the call."""

    def __str__(self) -> str:
        return f"{self.reason or self.code.name}: {self.message}"

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message), vars(self)


class InvalidArgument(Error):
    """The request is wrong; `violations` says where."""


class NotFound(Error):
    """There is no such preprint, answer or archive."""


class AlreadyExists(Error):
    """An id is claimed twice."""


class FailedPrecondition(Error):
    """The archive is empty, or was made with another embedding model."""


class Unauthenticated(Error):
    """No credential, or not a valid one."""


class PermissionDenied(Error):
    """The credential doesn't allow this."""


class ResourceExhausted(Error):
    """Too much at once, or a quota is used up: come back after `retry_delay`."""


class DeadlineExceeded(Error):
    """The time allowed has passed."""


class Unavailable(Error):
    """The gateway, or what it needs, doesn't answer. It was tried three times already."""


class Cancelled(Error):
    """The call was given up."""


class Unimplemented(Error):
    """The gateway doesn't serve this method."""


_CLASSES: dict[grpc.StatusCode, type[Error]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgument,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.UNIMPLEMENTED: Unimplemented,
}


def of_call(call: Any) -> Error:
    """The exception for a failed call of grpc or grpc.aio."""
    code, message = call.code() or grpc.StatusCode.UNKNOWN, call.details() or ""
    cls = _CLASSES.get(code, Error)
    trailer = _metadata(call.trailing_metadata())
    known: dict[str, Any] = {"request_id": trailer.get("x-request-id") or _metadata(call.initial_metadata()).get("x-request-id", "")}
    status = status_pb2.Status()
    try:
        status.ParseFromString(trailer.get("grpc-status-details-bin", b""))
    except Exception:  # Of somebody else's making: the code and the message still say something.
        return cls(code, message, **known)
    for detail in status.details:
        info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        if detail.Unpack(info) and info.domain == DOMAIN:
            known["reason"] = Reason.__members__.get(info.reason, info.reason)
            known["metadata"] = dict(info.metadata)
        elif detail.Unpack(bad):
            known["violations"] = tuple(FieldViolation(each.field, each.description) for each in bad.field_violations)
        elif detail.Unpack(retry):
            known["retry_delay"] = retry.retry_delay.ToTimedelta()
    return cls(code, message, **known)


def _metadata(pairs: Iterable[tuple[str, Any]] | None) -> dict[str, Any]:
    return {key: value for key, value in pairs or ()}
