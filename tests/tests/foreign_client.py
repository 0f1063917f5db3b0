"""A gRPC client without generated code: what it knows of the services it learns by reflection.

foreign_client.py GATEWAY RETRIEVER ANSWERER   (host:port each)

The gateway's default model is one that begins and never ends; the built-in composer is `extractive`. Ends with "all is well", or with the
assertion that failed.
"""

import sys

import grpc
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

GATEWAY = "antigravityqa.gateway.v1.GatewayService"
SERVICES = [GATEWAY, "antigravityqa.retriever.v1.RetrieverService", "antigravityqa.answerer.v1.AnswererService"]
QUESTION = "Do scaling laws hold for jet foundation models?"
DETAILS = "grpc-status-details-bin"


class Service:
    """One service behind a channel, by what reflection says about it."""

    def __init__(self, channel, name):
        self.channel = channel
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        self.descriptor = self.pool.FindServiceByName(name)

    def call(self, method, request, timeout=30):
        found = self.descriptor.FindMethodByName(method)
        send, receive = (message_factory.GetMessageClass(kind) for kind in (found.input_type, found.output_type))
        start = self.channel.unary_stream if found.server_streaming else self.channel.unary_unary
        invoke = start(f"/{self.descriptor.full_name}/{method}", send.SerializeToString, receive.FromString)
        return invoke(send(**request), timeout=timeout)

    def failure(self, method, request, timeout=30):
        """The error that a call ends with."""
        try:
            reply = self.call(method, request, timeout)
            for _ in reply if hasattr(reply, "__next__") else ():
                pass
        except grpc.RpcError as error:
            return error
        raise AssertionError(f"{method} did not fail")


def google_rpc():
    """`google.rpc.Status` and the details that errors carry, written down here since no wheel of the test's brings them."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="errors.proto", package="google.rpc", syntax="proto3")
    file.dependency.append("google/protobuf/any.proto")

    def message(parent, name, fields):
        made = parent.add(name=name)
        for number, (label, kind, title) in fields.items():
            typed = {"type": field.TYPE_MESSAGE, "type_name": kind} if isinstance(kind, str) else {"type": kind}
            made.field.add(name=title, number=number, label=label, **typed)
        return made

    one, many, text = field.LABEL_OPTIONAL, field.LABEL_REPEATED, field.TYPE_STRING
    status = {1: (one, field.TYPE_INT32, "code"), 2: (one, text, "message"), 3: (many, ".google.protobuf.Any", "details")}
    message(file.message_type, "Status", status)
    entries = {1: (one, text, "reason"), 2: (one, text, "domain"), 3: (many, ".google.rpc.ErrorInfo.MetadataEntry", "metadata")}
    info = message(file.message_type, "ErrorInfo", entries)
    message(info.nested_type, "MetadataEntry", {1: (one, text, "key"), 2: (one, text, "value")}).options.map_entry = True
    bad = message(file.message_type, "BadRequest", {1: (many, ".google.rpc.BadRequest.FieldViolation", "field_violations")})
    message(bad.nested_type, "FieldViolation", {1: (one, text, "field"), 2: (one, text, "description")})

    pool = descriptor_pool.DescriptorPool()
    any_file = descriptor_pb2.FileDescriptorProto()
    any_pb2.DESCRIPTOR.CopyToProto(any_file)
    pool.Add(any_file)
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"google.rpc.{name}")) for name in ("Status", "ErrorInfo", "BadRequest")}


def details(error):
    """The details of an error by the name of their type, each of which stands there at most once."""
    kinds = google_rpc()
    packed = [value for key, value in error.trailing_metadata() if key == DETAILS]
    assert len(packed) == 1, f"{DETAILS} of {error}"
    status = kinds["Status"].FromString(packed[0])
    assert status.code == error.code().value[0], status
    found = {}
    for detail in status.details:
        name = detail.type_url.rsplit(".", 1)[-1]
        assert name not in found, f"{name} stands there twice"
        found[name] = kinds[name].FromString(detail.value) if name in kinds else detail.value
    return found


def asks(gateway):
    answer = gateway.call("Ask", {"question": QUESTION, "model": "extractive"}).answer
    assert answer.question == QUESTION and answer.markdown and len(answer.sources) == 8, answer
    assert any(f"[{source.id}]" in answer.markdown for source in answer.sources), answer.markdown
    for claim in answer.claims:
        said = answer.markdown.encode()[claim.span.start : claim.span.end].decode()
        assert said == claim.text, f"a span counts bytes: {said!r} is not {claim.text!r}"

    events = list(gateway.call("AskStream", {"ask": {"question": QUESTION, "model": "extractive"}}))
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[:2] == ["sources", "coverage"] and kinds[-1] == "answer" and set(kinds[2:-1]) == {"block"}, kinds
    streamed = events[-1].answer
    assert "".join(event.block.markdown for event in events if event.WhichOneof("event") == "block") == streamed.markdown
    for message in (answer, streamed):
        message.id = ""
        message.ClearField("create_time")
        message.provenance.ClearField("timings")
    assert answer == streamed, "a streamed answer and a unary one are the same"


def errors(gateway):
    error = gateway.failure("Ask", {"question": "  "})
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
    found = details(error)
    assert (found["ErrorInfo"].reason, found["ErrorInfo"].domain) == ("QUESTION_EMPTY", "antigravityqa"), found
    assert [violation.field for violation in found["BadRequest"].field_violations] == ["question"], found

    error = gateway.failure("AskStream", {"ask": {"question": QUESTION, "filter": {"from_date": "yesterday"}}})
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
    found = details(error)
    assert found["ErrorInfo"].reason == "FILTER_INVALID", found
    assert [violation.field for violation in found["BadRequest"].field_violations] == ["ask.filter.from_date"], found

    error = gateway.failure("GetPreprint", {"id": "AG-1999.01-00001"})
    assert error.code() == grpc.StatusCode.NOT_FOUND and details(error)["ErrorInfo"].reason == "PREPRINT_NOT_FOUND", error


def deadlines(gateway):
    for method, request in (("Ask", {"question": QUESTION}), ("AskStream", {"ask": {"question": QUESTION}})):
        error = gateway.failure(method, request, timeout=2)
        assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
        # The client's own clock ends the call at about the time when the service does: what the service says of it may come too late.
        if any(key == DETAILS for key, _ in error.trailing_metadata() or ()):
            assert details(error)["ErrorInfo"].reason == "DEADLINE_EXCEEDED", error


def health_and_reflection(channel, name):
    health = health_pb2_grpc.HealthStub(channel)
    for service in (name, ""):
        status = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=30).status
        assert status == health_pb2.HealthCheckResponse.SERVING, f"{service!r}: {status}"
    try:
        health.Check(health_pb2.HealthCheckRequest(service="no.such.Service"), timeout=30)
        raise AssertionError("an unknown service is healthy")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
    listed = ProtoReflectionDescriptorDatabase(channel).get_services()
    assert name in listed and "grpc.health.v1.Health" in listed, listed
    assert not [other for other in SERVICES if other != name and other in listed], f"{name} lists what it doesn't serve: {listed}"


def main():
    # The interpreter's environment may name a proxy for other purposes.
    channels = [grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) for address in sys.argv[1:]]
    for channel, name in zip(channels, SERVICES, strict=True):
        health_and_reflection(channel, name)
    gateway = Service(channels[0], GATEWAY)
    asks(gateway)
    errors(gateway)
    deadlines(gateway)
    for channel in channels:
        channel.close()
    print("all is well")


if __name__ == "__main__":
    main()
