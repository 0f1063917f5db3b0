"""Deadlines, retries, streams and failures, against a scripted gateway on grpcio's own server."""

import asyncio
import contextlib
import datetime
import inspect
import pickle
import threading
import time
import unittest
from concurrent import futures

import antigravityqa
import grpc
from antigravityqa import AsyncClient, Client, PreprintRecord, Reason, channel
from antigravityqa.gateway.v1 import gateway_pb2 as pb
from antigravityqa.gateway.v1 import gateway_pb2_grpc
from antigravityqa.type.v1 import answer_pb2, index_pb2, model_pb2, preprint_pb2
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

SLOW = 60  # seconds: far beyond every deadline here
GATEWAY = pb.DESCRIPTOR.services_by_name["GatewayService"]


class Scripted(gateway_pb2_grpc.GatewayServiceServicer):
    """Does what the question says, and remembers what reached it."""

    def __init__(self):
        self.calls, self.metadata, self.left, self.received = 0, {}, threading.Event(), []

    def Ask(self, request, context):
        self.calls += 1
        self.metadata = dict(context.invocation_metadata())
        context.send_initial_metadata([("x-request-id", "r-1")]) if request.question == "ok" else None
        if request.question == "down":
            context.abort(grpc.StatusCode.UNAVAILABLE, "down")
        if request.question == "down once" and self.calls == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "down")
        if request.question == "pushed back":
            context.set_trailing_metadata([("grpc-retry-pushback-ms", "-1")])
            context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        if request.question == "busy":
            refuse(context, code_pb2.RESOURCE_EXHAUSTED, "OVERLOADED", error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=250_000_000)))
        if request.question == "wrong":
            violation = error_details_pb2.BadRequest.FieldViolation(field="filter.from_date", description="2026-13 is no month")
            refuse(context, code_pb2.INVALID_ARGUMENT, "FILTER_INVALID", error_details_pb2.BadRequest(field_violations=[violation]))
        if request.question == "new reason":
            refuse(context, code_pb2.NOT_FOUND, "TEA_COLD")
        if request.question == "garbled":
            context.set_trailing_metadata([("grpc-status-details-bin", b"\xff\xff")])
            context.abort(grpc.StatusCode.INTERNAL, "oh")
        if request.question == "slow":
            context.add_callback(self.left.set)
            self.left.wait(SLOW)
        return pb.AskResponse(answer=answer_pb2.Answer(question=request.question, markdown="m"))

    def AskStream(self, request, context):
        self.calls += 1
        context.add_callback(self.left.set)
        yield pb.AskStreamResponse(sources=pb.Sources())
        yield pb.AskStreamResponse()  # an event that this client doesn't know
        yield pb.AskStreamResponse(block=answer_pb2.Block(markdown="m"))
        if request.ask.question == "breaks":
            context.abort(grpc.StatusCode.UNAVAILABLE, "broke")
        if request.ask.question == "endless":
            self.left.wait(SLOW)
        yield pb.AskStreamResponse(answer=answer_pb2.Answer(markdown="m"))

    def ListAnswers(self, request, context):
        page = int(request.page_token or 0)
        return pb.ListAnswersResponse(answers=[answer_pb2.Answer(id=str(page))], next_page_token=str(page + 1) if page < 2 else "")

    def ListArchives(self, request, context):
        return pb.ListArchivesResponse(archives=["b"]) if request.page_token else pb.ListArchivesResponse(archives=["a"], next_page_token="1")

    def ListModels(self, request, context):
        return pb.ListModelsResponse(models=[model_pb2.Model(name="extractive")])

    def DeleteAnswers(self, request, context):
        return pb.DeleteAnswersResponse(deleted=request.before.seconds)

    def IndexPreprints(self, requests, context):
        for request in requests:
            self.received.append(request.WhichOneof("message"))
            if request.HasField("batch"):
                outcomes = [index_pb2.IndexOutcome(source_id=record.source_id) for record in request.batch.records]
                yield pb.IndexPreprintsResponse(acknowledgement=index_pb2.IndexAcknowledgement(sequence=request.batch.sequence, outcomes=outcomes))

    def ExportPreprints(self, request, context):
        for page in range(2):
            yield pb.ExportPreprintsResponse(records=[preprint_pb2.PreprintRecord(source_id=str(2 * page + each)) for each in range(2)])


def refuse(context, code, reason, *details):
    info = error_details_pb2.ErrorInfo(reason=reason, domain="antigravityqa", metadata={"limit": "8"})
    status = status_pb2.Status(code=code, message="no", details=[packed(detail) for detail in (info, *details)])
    context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString()), ("x-request-id", "r-2")])
    context.abort({value.value[0]: value for value in grpc.StatusCode}[code], "no")


def packed(detail):
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed


class Health(health_pb2_grpc.HealthServicer):
    """The contract's service configuration has the client watch the service's health. (grpcio's own servicer can deadlock with its server.)"""

    status = health_pb2.HealthCheckResponse.SERVING

    def Watch(self, request, context):
        left = threading.Event()
        if context.add_callback(left.set):
            yield health_pb2.HealthCheckResponse(status=self.status if request.service == GATEWAY.full_name else None)
            left.wait()


class Served(unittest.TestCase):
    def setUp(self):
        self.gateway = Scripted()
        self.server = grpc.server(futures.ThreadPoolExecutor(16))
        gateway_pb2_grpc.add_GatewayServiceServicer_to_server(self.gateway, self.server)
        self.health = Health()
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def tearDown(self):
        self.gateway.left.set()
        self.server.stop(None).wait()

    def raised(self, question, **client):
        """What asking raises, the same from both clients."""

        async def ask():
            async with AsyncClient(self.address, **client) as asking:
                with self.assertRaises(antigravityqa.Error) as raised:
                    await asking.ask(question)
                return raised.exception

        with Client(self.address, **client) as asking, self.assertRaises(antigravityqa.Error) as raised:
            asking.ask(question)
        again = asyncio.run(ask())
        self.assertEqual((type(raised.exception), vars(raised.exception)), (type(again), vars(again)))
        return raised.exception


class Calls(Served):
    def test_an_answer(self):
        with Client(self.address, api_key="k") as client:
            self.assertEqual(client.ask("ok").markdown, "m")
        self.assertEqual(self.gateway.metadata["authorization"], "Bearer k")
        self.assertIn("antigravity-qa-python/", self.gateway.metadata["user-agent"])

    def test_what_is_unavailable_is_tried_three_times(self):
        error = self.raised("down")
        self.assertEqual((type(error), error.reason, str(error)), (antigravityqa.Unavailable, "", "UNAVAILABLE: down"))
        self.assertEqual(self.gateway.calls, 3 + 3)

    def test_what_comes_back_is_an_answer(self):
        with Client(self.address) as client:
            self.assertEqual(client.ask("down once").markdown, "m")
        self.assertEqual(self.gateway.calls, 2)

    def test_a_gateway_that_pushes_back_is_left_alone(self):
        self.raised("pushed back")
        self.assertEqual(self.gateway.calls, 1 + 1)

    def test_nothing_else_is_tried_again(self):
        for calls, question in enumerate(["busy", "wrong", "new reason", "garbled"], 1):
            self.raised(question)
            self.assertEqual(self.gateway.calls, calls * 2)

    def test_errors_say_what_the_gateway_says(self):
        error = self.raised("wrong")
        self.assertIsInstance(error, antigravityqa.InvalidArgument)
        self.assertIs(error.reason, Reason.FILTER_INVALID)
        self.assertEqual(error.violations, (antigravityqa.FieldViolation("filter.from_date", "2026-13 is no month"),))
        self.assertEqual((error.metadata, error.request_id, error.retry_delay), ({"limit": "8"}, "r-2", None))
        self.assertEqual(self.raised("busy").retry_delay, datetime.timedelta(seconds=0.25))
        self.assertEqual(vars(pickle.loads(pickle.dumps(error))), vars(error))
        unknown = self.raised("new reason")
        self.assertEqual((type(unknown), unknown.reason), (antigravityqa.NotFound, "TEA_COLD"))
        garbled = self.raised("garbled")
        self.assertEqual((type(garbled), garbled.code, garbled.reason), (antigravityqa.Error, grpc.StatusCode.INTERNAL, ""))

    def test_deadlines_of_a_call_and_of_a_client(self):
        started = time.monotonic()
        self.assertIsInstance(self.raised("slow", timeout=0.1), antigravityqa.DeadlineExceeded)
        with Client(self.address) as client, self.assertRaises(antigravityqa.DeadlineExceeded):
            client.ask("slow", timeout=0.1)
        with Client(self.address, timeout=0.1) as client, self.assertRaises(antigravityqa.DeadlineExceeded):
            list(client.ask_stream("endless"))
        self.assertLess(time.monotonic() - started, SLOW / 2)

    def test_a_gateway_that_drains_is_not_asked(self):
        self.health.status = health_pb2.HealthCheckResponse.NOT_SERVING
        self.assertIsInstance(self.raised("ok"), antigravityqa.Unavailable)
        self.assertEqual(self.gateway.calls, 0)

    def test_nobody_there(self):
        self.server.stop(None).wait()
        self.assertIsInstance(self.raised("ok"), antigravityqa.Unavailable)

    def test_pages_and_exports_are_followed(self):
        with Client(self.address) as client:
            self.assertEqual([answer.id for answer in client.list_answers()], ["0", "1", "2"])
            self.assertEqual(list(client.list_archives()), ["a", "b"])
            self.assertEqual([record.source_id for record in client.export_preprints()], ["0", "1", "2", "3"])
            self.assertEqual(client.list_models()[0].name, "extractive")
            self.assertEqual(client.delete_answers(before=datetime.datetime.fromtimestamp(7, datetime.timezone.utc)), 7)

        async def follow():
            async with AsyncClient(self.address) as client:
                self.assertEqual([answer.id async for answer in client.list_answers()], ["0", "1", "2"])
                self.assertEqual([name async for name in client.list_archives()], ["a", "b"])
                self.assertEqual([record.source_id async for record in client.export_preprints()], ["0", "1", "2", "3"])
                self.assertEqual((await client.list_models())[0].name, "extractive")

        asyncio.run(follow())


class Streams(Served):
    def test_events_come_as_dataclasses(self):
        async def events():
            async with AsyncClient(self.address) as client:
                return [event async for event in client.ask_stream("ok")]

        with Client(self.address) as client:
            seen = list(client.ask_stream("ok"))
        self.assertEqual([type(event).__name__ for event in seen], ["Sources", "Block", "Answer"])
        self.assertEqual(asyncio.run(events()), seen)

    def test_whoever_breaks_off_stops_the_answer(self):
        with Client(self.address) as client:
            for event in client.ask_stream("endless"):
                if isinstance(event, antigravityqa.Block):
                    break
            self.assertTrue(self.gateway.left.wait(SLOW))

    def test_whoever_breaks_off_stops_the_answer_in_asyncio(self):
        async def leave():
            async with AsyncClient(self.address) as client:
                async with contextlib.aclosing(client.ask_stream("endless")) as events:
                    async for _ in events:
                        break
                self.assertTrue(await asyncio.to_thread(self.gateway.left.wait, SLOW))

        asyncio.run(leave())

    def test_a_cancelled_task_stops_the_answer(self):
        async def leave():
            async with AsyncClient(self.address) as client:
                task = asyncio.create_task(client.ask("slow"))
                while not self.gateway.calls:
                    await asyncio.sleep(0)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertTrue(await asyncio.to_thread(self.gateway.left.wait, SLOW))

        asyncio.run(leave())

    def test_a_stream_that_breaks_is_not_repeated(self):
        with Client(self.address) as client, self.assertRaises(antigravityqa.Unavailable):
            list(client.ask_stream("breaks"))
        self.assertEqual(self.gateway.calls, 1)


class Indexing(Served):
    def records(self, count, size=10):
        return (PreprintRecord(source_id=str(number), abstract_text="x" * size) for number in range(count))

    def test_batches_keep_within_the_limits(self):
        for count, size, batches in [(0, 0, 0), (1, 10, 1), (500, 10, 1), (501, 10, 2), (7, 1_000_000, 3)]:
            with self.subTest(count=count, size=size), Client(self.address) as client:
                self.gateway.received.clear()
                acknowledged = list(client.index_preprints(self.records(count, size)))
                self.assertEqual([each.sequence for each in acknowledged], list(range(1, batches + 1)))
                self.assertEqual([outcome.source_id for each in acknowledged for outcome in each.outcomes], [str(number) for number in range(count)])
                self.assertEqual(self.gateway.received, ["header", *["batch"] * batches, "end"])

    def test_a_failure_of_the_records_comes_out_and_ends_nothing(self):
        def failing():
            yield from self.records(501)
            raise KeyError("of mine")

        async def failing_asynchronously():
            for record in failing():
                yield record

        async def index(records):
            async with AsyncClient(self.address) as client:
                return [each async for each in client.index_preprints(records)]

        with Client(self.address) as client, self.assertRaisesRegex(KeyError, "of mine"):
            list(client.index_preprints(failing()))
        with self.assertRaisesRegex(KeyError, "of mine"):
            asyncio.run(index(failing()))
        with self.assertRaisesRegex(KeyError, "of mine"):
            asyncio.run(index(failing_asynchronously()))
        self.assertNotIn("end", self.gateway.received)
        self.assertEqual(len(asyncio.run(index(self.records(501)))), 2)


class Settings(unittest.TestCase):
    def test_addresses(self):
        for address, target, encrypted in [
            ("localhost:7400", "localhost:7400", False),
            ("dns:///gateway:7400", "dns:///gateway:7400", False),
            ("http://gateway:7400", "gateway:7400", False),
            ("http://gateway/", "gateway:80", False),
            ("https://gateway.lab.org", "gateway.lab.org:443", True),
            ("https://[::1]:7400", "[::1]:7400", True),
        ]:
            found, credentials = channel.target(address, None)
            self.assertEqual((found, credentials is not None), (target, encrypted), address)
        for address in ["ftp://gateway", "https://", "https://gateway/path", "http://user@gateway", "https://gateway?x"]:
            with self.assertRaisesRegex(ValueError, "the address is host:port"):
                channel.target(address, None)
        with self.assertRaisesRegex(ValueError, "not encrypted"):
            channel.target("http://gateway", grpc.ssl_channel_credentials())

    def test_no_proxy_stands_before_this_machine(self):
        for target, spared in [("localhost:1", True), ("127.0.0.2:1", True), ("[::1]:1", True), ("gateway:1", False), ("10.0.0.1:1", False)]:
            self.assertEqual(("grpc.enable_http_proxy", 0) in channel.options(target, None, ()), spared, target)

    def test_a_timeout_is_a_number_above_0(self):
        for timeout in [0, -1, float("nan")]:
            with self.assertRaisesRegex(ValueError, "above 0"):
                Client("localhost:1", timeout=timeout)

    def test_both_clients_have_every_method_of_the_contract(self):
        for method in GATEWAY.methods:
            name = "".join("_" + letter.lower() if letter.isupper() else letter for letter in method.name).lstrip("_")
            ours, theirs = getattr(Client, name), getattr(AsyncClient, name)
            self.assertEqual(list(inspect.signature(ours).parameters), list(inspect.signature(theirs).parameters), name)
            self.assertEqual(ours.__doc__.split()[:3], theirs.__doc__.split()[:3], name)


if __name__ == "__main__":
    unittest.main()
