"""Dataclasses hold everything that the contract's messages hold."""

import dataclasses
import datetime
import enum
import pickle
import random
import unittest

import antigravityqa
from antigravityqa import Answer, AskOptions, CoverageLevel, Filter, HarvestMark, Notice, Source, Timings, Turn, types
from antigravityqa.gateway.v1 import gateway_pb2
from antigravityqa.messages import fields, read, write
from antigravityqa.type.v1 import answer_pb2, archive_pb2, ask_pb2, claim_pb2, coverage_pb2, evidence_pb2, filter_pb2, index_pb2, model_pb2, preprint_pb2, reason_pb2

MODULES = [gateway_pb2, answer_pb2, archive_pb2, ask_pb2, claim_pb2, coverage_pb2, evidence_pb2, filter_pb2, index_pb2, model_pb2, preprint_pb2, reason_pb2]


def pairs(kind):
    """Each dataclass or enum of the client with its class of protobuf."""
    for name in types.__all__:
        ours = getattr(types, name)
        if kind(ours):
            (theirs,) = [getattr(module, name) for module in MODULES if hasattr(module, name)]
            yield ours, theirs


def random_message(cls, dice):
    message = cls()
    for field in cls.DESCRIPTOR.fields:
        target = getattr(message, field.name)
        repeated = hasattr(target, "append")
        # A message that is absent is read as one that is empty: all are there, but for times.
        present = 1 if field.message_type is not None and field.message_type.file.package != "google.protobuf" else dice.randrange(2)
        for _ in range(dice.randrange(3) if repeated else present):
            if field.message_type is None:
                value = random_scalar(field, dice)
                target.append(value) if repeated else setattr(message, field.name, value)
            elif repeated:
                target.add().CopyFrom(random_message(message_class(target), dice))
            elif field.message_type.name == "Timestamp":
                target.FromDatetime(datetime.datetime(2026, 1, dice.randrange(1, 28), tzinfo=datetime.timezone.utc))
            elif field.message_type.name == "Duration":
                target.FromMicroseconds(dice.randrange(10**9))
            else:
                target.CopyFrom(random_message(type(target), dice))
                target.SetInParent()
    return message


def message_class(repeated):
    return type(repeated.add()) if not repeated else type(repeated[0])


def random_scalar(field, dice):
    if field.enum_type is not None:
        return dice.choice(field.enum_type.values).number
    return {str: dice.choice(["", "é", "x"]), bool: dice.random() < 0.5, int: dice.randrange(100), float: dice.random(), list: "x"}[type(field.default_value)]


class Messages(unittest.TestCase):
    def test_every_field_and_value_of_the_contract_is_there(self):
        self.assertGreater(len(list(pairs(dataclasses.is_dataclass))), 20)
        for ours, theirs in pairs(dataclasses.is_dataclass):
            self.assertEqual([field.name for field in dataclasses.fields(ours)], list(theirs.DESCRIPTOR.fields_by_name), ours)
            self.assertTrue(ours.__doc__ and "(" not in ours.__doc__.splitlines()[0][: len(ours.__name__) + 1], f"{ours} has no comment of the contract")
        for ours, theirs in pairs(lambda cls: isinstance(cls, enum.EnumMeta)):
            prefix = theirs.DESCRIPTOR.values_by_number[0].name.removesuffix("UNSPECIFIED")
            self.assertEqual([prefix + value.name for value in ours], list(theirs.DESCRIPTOR.values_by_name), ours)
        asked = set(gateway_pb2.AskRequest.DESCRIPTOR.fields_by_name)
        self.assertEqual(set(AskOptions.__annotations__) | {"question"}, asked)

    def test_nothing_is_lost_on_the_way_there_and_back(self):
        for seed in range(200):
            for ours, theirs in pairs(dataclasses.is_dataclass):
                message = random_message(theirs, random.Random(seed))
                value = read(ours, message)
                with self.subTest(seed=seed, message=message):
                    self.assertEqual(write(theirs, fields(value)), message)
                    self.assertEqual(value, pickle.loads(pickle.dumps(value)))

    def test_what_a_newer_server_sends_is_no_error(self):
        message = answer_pb2.Answer(coverage=coverage_pb2.Coverage(level=99))
        message.MergeFromString(b"\xfa\x3f\x01x")  # field 127
        self.assertEqual(read(Answer, message).coverage.level, CoverageLevel.UNSPECIFIED)

    def test_times_are_absent_or_in_utc(self):
        self.assertIsNone(read(Timings, answer_pb2.Timings()).model)
        mark = HarvestMark(endpoint="e", datestamp=datetime.datetime(2026, 1, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2))))
        self.assertEqual(write(archive_pb2.HarvestMark, fields(mark)).datestamp.ToJsonString(), "2026-01-01T00:00:00Z")

    def test_wrong_arguments_are_named(self):
        for wrong, error, words in [
            ({"qestion": "x"}, TypeError, "AskRequest has no 'qestion'; it has archive, question"),
            ({"filter": Filter(categories="hep-ph")}, TypeError, "categories takes a list, as in ['hep-ph']"),
            ({"filter": {"categories": []}}, TypeError, "filter takes a Filter, not dict"),
            ({"length": "TINY"}, ValueError, "length is one of UNSPECIFIED, SHORT, MEDIUM, LONG, not 'TINY'"),
            ({"sources": "8"}, TypeError, ""),
        ]:
            with self.assertRaises(error) as raised:
                write(gateway_pb2.AskRequest, wrong)
            self.assertIn(words, str(raised.exception))

    def test_enums_may_be_given_as_text(self):
        request = write(gateway_pb2.AskRequest, {"length": "SHORT", "previous_turns": [Turn(question="q")], "model": None})
        self.assertEqual(request.length, ask_pb2.ANSWER_LENGTH_SHORT)
        self.assertEqual(request.previous_turns[0].question, "q")

    def test_an_answer_prints_as_a_reader_wants_it(self):
        answer = Answer(
            question="Why?",
            answered_by="a model",
            create_time=datetime.datetime(2026, 5, 3, tzinfo=datetime.timezone.utc),
            markdown="Because.\n",
            notices=(Notice(message="Cut."),),
            sources=(Source(id="AG-2026.03-1712", title="T", primary_category="hep-ph", similarity=0.546, text_origin=types.TextOrigin.SUMMARY),),
            disclaimer="Verify.",
        )
        printed = "Why?\n\nAnswered by a model · 3 May 2026\n\nBecause.\n\nCut.\n\nSources · 1\n- 55% · hep-ph · T · AG-2026.03-1712 · summary\n\nVerify."
        self.assertEqual(str(answer), printed)

    def test_all_that_is_offered_is_there(self):
        for name in antigravityqa.__all__:
            self.assertTrue(hasattr(antigravityqa, name), name)


if __name__ == "__main__":
    unittest.main()
