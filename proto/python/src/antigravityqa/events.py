"""What a streamed answer consists of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from antigravityqa.gateway.v1 import gateway_pb2
from antigravityqa.messages import read
from antigravityqa.types import Answer, Block, Coverage, Restarted, Sources

Event: TypeAlias = Sources | Coverage | Block | Restarted | Answer
"""`Sources` first, then `Coverage`; `Block` as often as there is a checked piece of text; after `Restarted` the blocks so far are void; last the `Answer`."""

_CLASSES: dict[str, Callable[..., Event]] = {"sources": Sources, "coverage": Coverage, "block": Block, "restarted": Restarted, "answer": Answer}


def event(message: gateway_pb2.AskStreamResponse) -> Event | None:
    """The event of a message. `None` for one that this client doesn't know yet."""
    name = message.WhichOneof("event")
    return read(_CLASSES[name], getattr(message, name)) if name else None
