"""Writes the dataclasses and enums that callers see from the contract's descriptors, comments included: python_types.py DESCRIPTOR_SET OUT

Protobuf's own classes can't carry methods, show enums as numbers, and can't be compared or put into a table; hand-written ones would go stale.
An absent time or duration is `None`; any other absent message is one with default values, as protobuf has it.
"""

import re
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2 as pb

# What a caller gets or gives; whatever these refer to comes with them.
ROOTS = """
    type.v1.Answer type.v1.Block type.v1.Coverage type.v1.Archive type.v1.Preprint type.v1.PreprintRecord type.v1.Turn type.v1.IndexAcknowledgement
    type.v1.Reason type.v1.AnswerLength type.v1.UnsupportedPolicy gateway.v1.Sources gateway.v1.Restarted gateway.v1.SearchResponse
    gateway.v1.CheckGroundingResponse gateway.v1.VerifyArchiveResponse
""".split()
# A request whose fields are a method's keyword arguments: its message, the name of the arguments, and the field that isn't among them.
OPTIONS = ("antigravityqa.gateway.v1.AskRequest", "AskOptions", "question")
# What callers make themselves, and may put lists into.
GIVEN = ["Filter", "PreprintRecord"]
# What some can do besides.
METHODS = {
    "Answer": ["__str__ = text.answer", "_repr_html_ = notebook.answer", "bibtex = bibtex.answer", "cited_sources = text.cited_sources"],
    "Source": ["bibtex = bibtex.source"],
    "Preprint": ["bibtex = bibtex.preprint"],
    "SearchResponse": ["_repr_html_ = notebook.search"],
}
HEAD = '''"""The contract's messages as dataclasses, and its enums by name. Written from the contract when the package was built."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import typing
from collections import abc

from antigravityqa import bibtex, notebook, text

'''
F = pb.FieldDescriptorProto
TIMES = {".google.protobuf.Timestamp": "datetime.datetime", ".google.protobuf.Duration": "datetime.timedelta"}
SCALARS = {F.TYPE_STRING: ("str", '""'), F.TYPE_BOOL: ("bool", "False"), F.TYPE_DOUBLE: ("float", "0.0"), F.TYPE_FLOAT: ("float", "0.0")}
INTEGERS = {F.TYPE_INT32, F.TYPE_INT64, F.TYPE_UINT32, F.TYPE_UINT64}


class Contract:
    """Messages, enums and comments by full name."""

    def __init__(self, files):
        self.messages, self.enums, self.comments = {}, {}, {}
        for file in files:
            where = {(4, at): message for at, message in enumerate(file.message_type)} | {(5, at): enum for at, enum in enumerate(file.enum_type)}
            for message in file.message_type:
                self.messages[f".{file.package}.{message.name}"] = message
            for enum in file.enum_type:
                self.enums[f".{file.package}.{enum.name}"] = enum
            for location in file.source_code_info.location:
                path = tuple(location.path)
                if path[:2] in where and len(path) in (2, 4):
                    of = where[path[:2]]
                    part = of if len(path) == 2 else of.field[path[3]] if path[0] == 4 else of.value[path[3]]
                    self.comments[id(part)] = " ".join(location.leading_comments.split())

    def reached(self, roots):
        """What the roots refer to, each after what it refers to itself."""
        found = {}

        def visit(name):
            if name in found or name in TIMES:
                return
            if name in self.messages:
                for field in self.messages[name].field:
                    if field.type_name:
                        visit(field.type_name)
            found[name] = None

        for root in roots:
            visit(root)
        return list(found)

    def doc(self, part, indent="    "):
        comment = self.comments.get(id(part), "").replace("\\", "\\\\").replace('"""', "'''")
        return f'{indent}"""{comment}"""\n' if comment else ""

    def prefix(self, name):
        """What the names of an enum's values begin with, by the contract's lint rules."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.enums[name].name).upper() + "_"

    def enum(self, name):
        enum = self.enums[name]
        prefix = self.prefix(name)
        lines = [f"class {enum.name}(enum.StrEnum):\n", self.doc(enum), "\n"]
        for value in enum.value:
            short = value.name.removeprefix(prefix)
            lines += [f'    {short} = "{short}"\n', self.doc(value)]
        return "".join(lines)

    def type_of(self, field):
        """The annotation, and the default."""
        if field.type_name in TIMES:
            one, default = f"{TIMES[field.type_name]} | None", "None"
        elif field.type_name in self.enums:
            one = self.enums[field.type_name].name
            default = f"{one}.UNSPECIFIED"
        elif field.type_name:
            one = self.messages[field.type_name].name
            default = f"dataclasses.field(default_factory={one})"
        elif field.type in INTEGERS:
            one, default = "int", "0"
        else:
            one, default = SCALARS[field.type]
        return (f"tuple[{one}, ...]", "()") if field.label == F.LABEL_REPEATED else (one, default)

    def message(self, name):
        message = self.messages[name]
        if message.oneof_decl:
            raise SystemExit(f"{name} has a oneof, for which there is no dataclass")
        lines = ["@dataclasses.dataclass(frozen=True, kw_only=True)\n", f"class {message.name}:\n", self.doc(message), "\n"]
        for field in message.field:
            annotation, default = self.type_of(field)
            annotation = as_sequence(annotation) if message.name in GIVEN else annotation
            lines += [f"    {field.name}: {annotation} = {default}\n", self.doc(field)]
        lines += [f"    {method}\n" for method in METHODS.get(message.name, [])]
        return "".join(lines)

    def as_text(self, field):
        """What callers may write for an enum."""
        if field.type_name not in self.enums:
            return ""
        prefix = self.prefix(field.type_name)
        values = [f'"{value.name.removeprefix(prefix)}"' for value in self.enums[field.type_name].value]
        return f" | typing.Literal[{', '.join(values)}]"

    def options(self, message, name, without):
        lines = [f"class {name}(typing.TypedDict, total=False):\n", f'    """The fields of `{message}` besides `{without}`, all optional."""\n\n']
        for field in self.messages[f".{message}"].field:
            if field.name != without:
                lines += [f"    {field.name}: {as_sequence(self.type_of(field)[0])}{self.as_text(field)}\n", self.doc(field)]
        return "".join(lines)


def as_sequence(annotation):
    return annotation.replace("tuple[", "abc.Sequence[").replace(", ...]", "]")


def main():
    descriptors, out = map(Path, sys.argv[1:])
    contract = Contract(pb.FileDescriptorSet.FromString(descriptors.read_bytes()).file)
    names = contract.reached([f".antigravityqa.{root}" for root in ROOTS] + [f.type_name for f in contract.messages[f".{OPTIONS[0]}"].field if f.type_name])
    parts = [contract.enum(name) if name in contract.enums else contract.message(name) for name in names] + [contract.options(*OPTIONS)]
    short = sorted([name.rpartition(".")[2] for name in names] + [OPTIONS[1]])
    exported = "__all__ = [\n" + "".join(f'    "{name}",\n' for name in short) + "]\n"
    out.write_text(HEAD + "\n\n".join([exported, *parts]), encoding="utf-8")


if __name__ == "__main__":
    main()
