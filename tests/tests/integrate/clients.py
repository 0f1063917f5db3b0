"""Asks the running program through clients of other making, and prints a table.

clients.py HOST:PORT PROGRAM TOOLS DESCRIPTOR_SET

Each client asks a question, has one streamed, and is refused one; a cell is the time in milliseconds, `-` where a client has no such thing, or
what went wrong. Ends with "all clients are served", or with exit code 1.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import grpc
import mcp
import openai
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

ADDRESS, PROGRAM, TOOLS, DESCRIPTORS = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]
BASE = f"http://{ADDRESS}"
SERVICE = "antigravityqa.gateway.v1.GatewayService"
QUESTION = "Do scaling laws hold for jet foundation models?"
NO_PROXY = [("grpc.enable_http_proxy", 0)]
LIMIT = 60


class Skip(Exception):
    """A client that isn't here."""


def is_answer(markdown):
    assert "[AG-" in markdown, f"an answer without a citation: {markdown!r}"


def is_stream(names):
    assert names[:2] == ["sources", "coverage"] and names[-1] == "answer" and "block" in names, names


# gRPC


def methods(channel):
    """The gateway's methods as (path, request class, response class), by reflection over a channel of grpcio."""
    service = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel)).FindServiceByName(SERVICE)
    found = {}
    for method in service.methods:
        found[method.name] = (f"/{SERVICE}/{method.name}", *map(message_factory.GetMessageClass, (method.input_type, method.output_type)))
    return found


class GrpcSync:
    def __init__(self):
        self.channel = grpc.insecure_channel(ADDRESS, options=NO_PROXY)
        self.methods = methods(self.channel)

    def invoke(self, name, fields, kind="unary_unary"):
        path, request, response = self.methods[name]
        call = getattr(self.channel, kind)(path, request_serializer=request.SerializeToString, response_deserializer=response.FromString)
        return call(request(**fields), timeout=LIMIT)

    def ask(self):
        is_answer(self.invoke("Ask", {"question": QUESTION}).answer.markdown)

    def stream(self):
        is_stream([event.WhichOneof("event") for event in self.invoke("AskStream", {"ask": {"question": QUESTION}}, "unary_stream")])

    def refused(self):
        try:
            self.invoke("Ask", {"question": " "})
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        else:
            raise AssertionError("an empty question was answered")


class GrpcAsyncio:
    def __init__(self):
        self.methods = methods(grpc.insecure_channel(ADDRESS, options=NO_PROXY))

    def run(self, name, fields, kind="unary_unary"):
        async def invoke():
            async with grpc.aio.insecure_channel(ADDRESS, options=NO_PROXY) as channel:
                path, request, response = self.methods[name]
                call = getattr(channel, kind)(path, request_serializer=request.SerializeToString, response_deserializer=response.FromString)
                called = call(request(**fields), timeout=LIMIT)
                return [message async for message in called] if kind == "unary_stream" else await called

        return asyncio.run(invoke())

    def ask(self):
        is_answer(self.run("Ask", {"question": QUESTION}).answer.markdown)

    def stream(self):
        is_stream([event.WhichOneof("event") for event in self.run("AskStream", {"ask": {"question": QUESTION}}, "unary_stream")])

    def refused(self):
        try:
            self.run("Ask", {"question": " "})
        except grpc.aio.AioRpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        else:
            raise AssertionError("an empty question was answered")


# The project's own Python client, where it is installed


def own_client():
    try:
        import antigravityqa
    except ModuleNotFoundError:
        raise Skip("not installed") from None
    return antigravityqa


class OwnSync:
    def __init__(self):
        self.module = own_client()
        self.client = self.module.Client(ADDRESS)

    def ask(self):
        is_answer(self.client.ask(QUESTION).markdown)

    def stream(self):
        is_stream([type(event).__name__.lower() for event in self.client.ask_stream(QUESTION)])

    def refused(self):
        try:
            self.client.ask(" ")
        except self.module.InvalidArgument as error:
            assert error.reason == "QUESTION_EMPTY", error
        else:
            raise AssertionError("an empty question was answered")


class OwnAsyncio:
    def __init__(self):
        self.module = own_client()

    def run(self, use):
        async def call():
            async with self.module.AsyncClient(ADDRESS) as client:
                return await use(client)

        return asyncio.run(call())

    def ask(self):
        is_answer(self.run(lambda client: client.ask(QUESTION)).markdown)

    def stream(self):
        async def names(client):
            return [type(event).__name__.lower() async for event in client.ask_stream(QUESTION)]

        is_stream(self.run(names))

    def refused(self):
        try:
            self.run(lambda client: client.ask(" "))
        except self.module.InvalidArgument as error:
            assert error.reason == "QUESTION_EMPTY", error
        else:
            raise AssertionError("an empty question was answered")


# Command lines


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)


def messages(text):
    """JSON objects one after another."""
    decoder, found = json.JSONDecoder(), []
    text = text.strip()
    while text:
        message, end = decoder.raw_decode(text)
        found.append(message)
        text = text[end:].strip()
    return found


class CommandLine:
    """A client that takes a method and a request in JSON, and prints responses in JSON."""

    refusal = "INVALID_ARGUMENT"

    def invoke(self, method, request):
        raise NotImplementedError

    def ask(self):
        done = self.invoke("Ask", {"question": QUESTION})
        is_answer(messages(done.stdout)[0]["answer"]["markdown"])

    def stream(self):
        done = self.invoke("AskStream", {"ask": {"question": QUESTION}})
        is_stream([next(iter(message)) for message in messages(done.stdout)])

    def refused(self):
        done = self.invoke("Ask", {"question": " "})
        assert done.returncode != 0 and self.refusal in (done.stdout + done.stderr).upper().replace(" ", ""), done


class Grpcurl(CommandLine):
    refusal = "INVALIDARGUMENT"

    def __init__(self):
        if not (TOOLS / "grpcurl").is_file():
            raise Skip("not installed")

    def invoke(self, method, request):
        return run(TOOLS / "grpcurl", "-plaintext", "-max-time", str(LIMIT), "-d", json.dumps(request), ADDRESS, f"{SERVICE}/{method}")


class BufCurl(CommandLine):
    """buf curl, which reads reflection v1, over gRPC or gRPC-Web."""

    def __init__(self, protocol):
        self.protocol = protocol

    def invoke(self, method, request):
        over = ["--http2-prior-knowledge"] if self.protocol == "grpc" else []
        return run(
            TOOLS / "buf", "curl", "--protocol", self.protocol, *over, "--reflect-protocol", "grpc-v1",
            "--data", json.dumps(request), f"{BASE}/{SERVICE}/{method}",
        )  # fmt: skip


class Node:
    """grpc-js and connect, by the script beside this one."""

    def __init__(self, client):
        self.client, folder = client, TOOLS.parent / "node"
        if not (folder / "node_modules" / "@connectrpc").is_dir():
            raise Skip("not installed")
        # A module is looked for from the folder of who imports it.
        self.script = shutil.copy(Path(__file__).with_suffix(".mjs"), folder)

    def run(self, step):
        done = run("node", self.script, self.client, ADDRESS, DESCRIPTORS, step)
        assert done.stdout == "ok\n", done

    def ask(self):
        self.run("ask")

    def stream(self):
        self.run("stream")

    def refused(self):
        self.run("refused")


class Curl:
    def post(self, path, body):
        done = run("curl", "--noproxy", "*", "-sSN", "-w", "\n%{http_code}", "-H", "content-type: application/json", "-d", json.dumps(body), BASE + path)
        assert done.returncode == 0, done
        text, _, code = done.stdout.rpartition("\n")
        return int(code), text

    def ask(self):
        code, text = self.post("/v1/ask", {"question": QUESTION})
        assert code == 200, text
        is_answer(json.loads(text)["answer"]["markdown"])

    def stream(self):
        code, text = self.post("/v1/ask:stream", {"question": QUESTION})
        assert code == 200, text
        is_stream([line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")])

    def refused(self):
        code, text = self.post("/v1/ask", {"question": " "})
        assert code == 400 and "QUESTION_EMPTY" in [detail.get("reason") for detail in json.loads(text)["details"]], text


# SDKs


class OpenAI:
    def __init__(self):
        self.client = openai.OpenAI(base_url=f"{BASE}/openai/v1", api_key="unused", timeout=LIMIT, max_retries=0)

    def complete(self, **options):
        return self.client.chat.completions.create(messages=[{"role": "user", "content": QUESTION}], **options)

    def ask(self):
        assert "antigravity/extractive" in [model.id for model in self.client.models.list()]
        completion = self.complete(model="antigravity")
        is_answer(completion.choices[0].message.content)
        assert completion.antigravity["answer"]["sources"], completion

    def stream(self):
        chunks = list(self.complete(model="antigravity", stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        is_answer(text)
        assert chunks[-2].antigravity["answer"]["markdown"] == text and chunks[-1].usage is not None

    def refused(self):
        try:
            self.complete(model="gpt-4")
        except openai.NotFoundError as error:
            assert error.code == "model_not_found", error
        else:
            raise AssertionError("a model that there isn't has answered")


class Mcp:
    def __init__(self, server):
        self.server = server

    def run(self, arguments, progress=None):
        async def call():
            async with mcp.Client(self.server) as client:
                assert {tool.name for tool in (await client.list_tools()).tools} >= {"ask", "search_preprints", "get_preprint", "check_grounding"}
                return await client.call_tool("ask", arguments, read_timeout_seconds=LIMIT, progress_callback=progress)

        return asyncio.run(call())

    def ask(self):
        result = self.run({"question": QUESTION})
        assert not result.is_error, result
        is_answer(result.structured_content["markdown"])
        is_answer(result.content[0].text)

    def stream(self):
        steps = []

        async def progress(step, total, message):
            steps.append((step, message))

        self.run({"question": QUESTION}, progress)
        assert len(steps) > 3 and steps == sorted(steps), steps

    def refused(self):
        result = self.run({"question": " "})
        assert result.is_error and "QUESTION_EMPTY" in result.content[0].text, result


STDIO = mcp.StdioServerParameters(command=PROGRAM, args=["mcp", "--server", ADDRESS])
CLIENTS = [
    ("antigravityqa", OwnSync),
    ("antigravityqa, asyncio", OwnAsyncio),
    ("grpcio, sync", GrpcSync),
    ("grpcio, asyncio", GrpcAsyncio),
    ("grpc-js", lambda: Node("grpc-js")),
    ("connect, gRPC", lambda: Node("connect, gRPC")),
    ("connect, gRPC-Web", lambda: Node("connect, gRPC-Web")),
    ("grpcurl", Grpcurl),
    ("buf curl, gRPC", lambda: BufCurl("grpc")),
    ("buf curl, gRPC-Web", lambda: BufCurl("grpcweb")),
    ("curl, JSON and SSE", Curl),
    ("OpenAI Python SDK", OpenAI),
    ("MCP Python SDK, HTTP", lambda: Mcp(f"{BASE}/mcp")),
    ("MCP Python SDK, stdio", lambda: Mcp(STDIO)),
]
STEPS = ["ask", "stream", "refused"]


def main():
    failures = []
    print(f"{'client':<24}" + "".join(f"{step:>12}" for step in STEPS))
    for name, make in CLIENTS:
        cells = []
        try:
            client = make()
        except Skip as why:
            print(f"{name:<24}  SKIPPED: {why}")
            continue
        for step in STEPS:
            started = time.monotonic()
            try:
                getattr(client, step)()
                cells.append(f"{(time.monotonic() - started) * 1000:.0f} ms")
            except Exception as failure:  # Each cell is tried, whatever became of the one before.
                cells.append("FAILED")
                failures.append(f"{name}, {step}: {type(failure).__name__}: {failure}")
        print(f"{name:<24}" + "".join(f"{cell:>12}" for cell in cells), flush=True)
    print("\n".join(failures) if failures else "all clients are served")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
