"""Between protobuf's messages and the dataclasses of `types`: their fields have the same names.

A field is what `Message.DESCRIPTOR.fields` holds; which class that is depends on how protobuf was built.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

T = TypeVar("T")
M = TypeVar("M", bound=Message)


def read(cls: Callable[..., T], message: Message) -> T:
    """The dataclass of a message."""
    hints = _hints(cls)
    return cls(**{field.name: _read_field(hints[field.name], field, message) for field in message.DESCRIPTOR.fields if field.name in hints})


def write(cls: type[M], fields: Mapping[str, Any]) -> M:
    """A message with these fields; dataclasses stand for messages, and enums may be given as text. What is `None` is left out."""
    message = cls()
    _fill(message, fields)
    return message


def fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, one level deep."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


@functools.cache
def _hints(cls: Callable[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _read_field(hint: Any, field: Any, message: Message) -> Any:
    value = getattr(message, field.name)
    if typing.get_origin(hint) in (tuple, Sequence):
        return tuple(_read_one(typing.get_args(hint)[0], field, item) for item in value)
    if type(None) in typing.get_args(hint):
        return _read_one(typing.get_args(hint)[0], field, value) if message.HasField(field.name) else None
    return _read_one(hint, field, value)


def _read_one(cls: Any, field: Any, value: Any) -> Any:
    if cls is datetime.datetime:
        return value.ToDatetime(tzinfo=datetime.timezone.utc)
    if cls is datetime.timedelta:
        return value.ToTimedelta()
    if issubclass(cls, enum.StrEnum):
        # A newer server may send a value that this client doesn't know.
        known = field.enum_type.values_by_number.get(value)
        return cls(known.name.removeprefix(_prefix(field))) if known else cls("UNSPECIFIED")
    return read(cls, value) if isinstance(value, Message) else value


def _prefix(field: Any) -> str:
    """What the names of an enum's values begin with."""
    return str(field.enum_type.values_by_number[0].name.removesuffix("UNSPECIFIED"))


def _fill(message: Message, values: Mapping[str, Any]) -> None:
    known = message.DESCRIPTOR.fields_by_name
    for name, value in values.items():
        if name not in known:
            raise TypeError(f"{message.DESCRIPTOR.name} has no {name!r}; it has {', '.join(known)}")
        if value is None:
            continue
        field, target = known[name], getattr(message, name)
        repeated = hasattr(target, "append")
        if repeated and isinstance(value, str):
            raise TypeError(f"{name} takes a list, as in [{value!r}]")
        if field.message_type is None:
            target.extend(_scalar(field, item) for item in value) if repeated else setattr(message, name, _scalar(field, value))
        elif repeated:
            for item in value:
                _put(target.add(), item, name)
        else:
            target.SetInParent()
            _put(target, value, name)


def _scalar(field: Any, value: Any) -> Any:
    if field.enum_type is None:
        return value
    names = {known.name.removeprefix(_prefix(field)): known.number for known in field.enum_type.values}
    if value not in names:
        raise ValueError(f"{field.name} is one of {', '.join(names)}, not {value!r}")
    return names[value]


def _put(target: Any, value: Any, name: str) -> None:
    if isinstance(value, datetime.datetime):
        target.FromDatetime(value)
    elif isinstance(value, datetime.timedelta):
        target.FromTimedelta(value)
    elif dataclasses.is_dataclass(value):
        _fill(target, fields(value))
    else:
        raise TypeError(f"{name} takes a {target.DESCRIPTOR.name}, not {type(value).__name__}")
