"""Client of Antigravity Q&A: questions answered only from an archive of preprints, each sentence cited and checked.

    import antigravityqa

    with antigravityqa.Client("localhost:7400") as client:
        print(client.ask("How do neural networks find rare signals?"))

`antigravityqa.types` holds what calls take and give; `antigravityqa.gateway.v1` and `antigravityqa.type.v1` are the generated protobuf code.
"""

from antigravityqa.aio import AsyncClient
from antigravityqa.channel import VERSION as __version__
from antigravityqa.client import Client
from antigravityqa.errors import (
    AlreadyExists,
    Cancelled,
    DeadlineExceeded,
    Error,
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
from antigravityqa.events import Event
from antigravityqa.types import *  # noqa: F403
from antigravityqa.types import __all__ as _types

__all__ = [
    "AlreadyExists",
    "AsyncClient",
    "Cancelled",
    "Client",
    "DeadlineExceeded",
    "Error",
    "Event",
    "FailedPrecondition",
    "FieldViolation",
    "InvalidArgument",
    "NotFound",
    "PermissionDenied",
    "ResourceExhausted",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "__version__",
]
__all__ += _types
