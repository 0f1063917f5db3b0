"""The client for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

import grpc

from antigravityqa import channel, errors, types
from antigravityqa.batches import Batches
from antigravityqa.events import Event, event
from antigravityqa.gateway.v1 import gateway_pb2 as pb
from antigravityqa.gateway.v1 import gateway_pb2_grpc
from antigravityqa.messages import read, write

if TYPE_CHECKING:
    from antigravityqa.types import AskOptions, PreprintRecord

Request = TypeVar("Request")
Response = TypeVar("Response")


class AsyncClient:
    """`antigravityqa.Client` for asyncio: the same arguments and methods. Use it within one event loop, in an `async with`.

    Break off a stream with `contextlib.aclosing`, so that the answer is stopped at once rather than when the iterator is collected.
    """

    def __init__(
        self,
        address: str = "localhost:7400",
        *,
        api_key: str | None = None,
        timeout: float | None = None,
        credentials: grpc.ChannelCredentials | None = None,
        channel_options: channel.Options = (),
    ) -> None:
        target, credentials = channel.target(address, credentials)
        options = channel.options(target, timeout, channel_options)
        self._channel = grpc.aio.secure_channel(target, credentials, options) if credentials else grpc.aio.insecure_channel(target, options)
        self._metadata = channel.metadata(api_key)
        self.stub = gateway_pb2_grpc.GatewayServiceStub(self._channel)
        """The generated stub, for calls with protobuf's own messages; without the credential."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives up what is in flight."""
        await self._channel.close()

    async def ask(self, question: str = "", *, timeout: float | None = None, **options: Unpack[AskOptions]) -> types.Answer:
        """Answers a question. Without one, `near="AG-…"` writes about that preprint's neighbours."""
        request = write(pb.AskRequest, {"question": question, **options})
        return read(types.Answer, (await self._unary(self.stub.Ask, request, timeout)).answer)

    async def ask_stream(self, question: str = "", *, timeout: float | None = None, **options: Unpack[AskOptions]) -> AsyncGenerator[Event]:
        """Answers a question, and gives each piece as soon as it is checked; see `Event`. Whoever breaks off the loop stops the answer."""
        request = pb.AskStreamRequest(ask=write(pb.AskRequest, {"question": question, **options}))
        async with contextlib.aclosing(self._stream(self.stub.AskStream, request, timeout)) as messages:
            async for message in messages:
                if (known := event(message)) is not None:
                    yield known

    async def search(
        self, query: str = "", *, archive: str = "", filter: types.Filter | None = None, limit: int = 0, near: str = "", timeout: float | None = None
    ) -> types.SearchResponse:
        """Finds preprints without writing about them."""
        request = write(pb.SearchRequest, {"archive": archive, "query": query, "filter": filter, "limit": limit, "near": near})
        response = await self._unary(self.stub.Search, request, timeout)
        return read(types.SearchResponse, response)

    async def get_preprint(self, id: str, *, archive: str = "", timeout: float | None = None) -> types.Preprint:
        """Reads one preprint by its AG id."""
        return read(types.Preprint, (await self._unary(self.stub.GetPreprint, pb.GetPreprintRequest(archive=archive, id=id), timeout)).preprint)

    async def check_grounding(self, markdown: str, *, archive: str = "", timeout: float | None = None) -> types.CheckGroundingResponse:
        """Checks Markdown with `[AG-…]` citations, claim by claim, against the archive."""
        request = pb.CheckGroundingRequest(archive=archive, markdown=markdown)
        response = await self._unary(self.stub.CheckGrounding, request, timeout)
        return read(types.CheckGroundingResponse, response)

    async def get_answer(self, id: str = "", *, share_token: str = "", timeout: float | None = None) -> types.Answer:
        """Reads a kept answer by its id, or by the token of an unlisted link."""
        request = pb.GetAnswerRequest(share_token=share_token) if share_token else pb.GetAnswerRequest(id=id)
        return read(types.Answer, (await self._unary(self.stub.GetAnswer, request, timeout)).answer)

    async def list_answers(self, *, timeout: float | None = None) -> AsyncGenerator[types.Answer]:
        """The kept answers, newest first."""
        token = ""
        while True:
            page = await self._unary(self.stub.ListAnswers, pb.ListAnswersRequest(page_token=token), timeout)
            for answer in page.answers:
                yield read(types.Answer, answer)
            if not (token := page.next_page_token):
                return

    async def delete_answer(self, id: str, *, timeout: float | None = None) -> None:
        """Deletes a kept answer."""
        await self._unary(self.stub.DeleteAnswer, pb.DeleteAnswerRequest(id=id), timeout)

    async def delete_answers(self, *, before: datetime.datetime | None = None, timeout: float | None = None) -> int:
        """Deletes all kept answers, or those made before a time. Returns how many there were."""
        return (await self._unary(self.stub.DeleteAnswers, write(pb.DeleteAnswersRequest, {"before": before}), timeout)).deleted

    async def share_answer(self, id: str, *, revoke: bool = False, timeout: float | None = None) -> str:
        """Makes an unlisted link to a kept answer, or takes it back. Returns its token."""
        return (await self._unary(self.stub.ShareAnswer, pb.ShareAnswerRequest(id=id, revoke=revoke), timeout)).share_token

    async def describe_archive(self, archive: str = "", *, timeout: float | None = None) -> types.Archive:
        """Says what an archive holds."""
        return read(types.Archive, (await self._unary(self.stub.DescribeArchive, pb.DescribeArchiveRequest(archive=archive), timeout)).archive)

    async def list_archives(self, *, timeout: float | None = None) -> AsyncGenerator[str]:
        """The names of the archives."""
        token = ""
        while True:
            page = await self._unary(self.stub.ListArchives, pb.ListArchivesRequest(page_token=token), timeout)
            for name in page.archives:
                yield name
            if not (token := page.next_page_token):
                return

    async def list_models(self, *, timeout: float | None = None) -> tuple[types.Model, ...]:
        """The models that can be asked by name, the default one first."""
        return tuple(read(types.Model, model) for model in (await self._unary(self.stub.ListModels, pb.ListModelsRequest(), timeout)).models)

    async def index_preprints(
        self, records: Iterable[PreprintRecord] | AsyncIterable[PreprintRecord], *, archive: str = "", rebuild: bool = False, bulk: bool = False, timeout: float | None = None
    ) -> AsyncGenerator[types.IndexAcknowledgement]:
        """Takes records in. Gives an acknowledgement for every 500 or fewer of them, once they are durable.

        An exception of `records` ends the call and comes out here: what was acknowledged stays, and a rebuild is given up.
        """
        failures: list[BaseException] = []

        async def requests() -> AsyncIterator[pb.IndexPreprintsRequest]:
            batches = Batches(archive, rebuild, bulk)
            try:
                yield batches.header
                async for record in _each(records):
                    if (full := batches.add(record)) is not None:
                        yield full
                if (rest := batches.rest()) is not None:
                    yield rest
                yield batches.end
            except Exception as failure:
                failures.append(failure)
                raise

        try:
            async with contextlib.aclosing(self._stream(self.stub.IndexPreprints, requests(), timeout)) as messages:
                async for message in messages:
                    yield read(types.IndexAcknowledgement, message.acknowledgement)
        except (errors.Error, asyncio.CancelledError):
            # grpc.aio gives up a call whose requests fail by cancelling it, which looks as if the task had been cancelled.
            task = asyncio.current_task()
            if failures and not (task and task.cancelling()):
                raise failures[0] from None
            raise

    async def delete_preprints(self, ids: Iterable[str], *, archive: str = "", timeout: float | None = None) -> int:
        """Removes preprints by AG or source id. Returns how many there were."""
        request = write(pb.DeletePreprintsRequest, {"archive": archive, "ids": ids})
        return (await self._unary(self.stub.DeletePreprints, request, timeout)).deleted

    async def export_preprints(self, archive: str = "", *, timeout: float | None = None) -> AsyncGenerator[PreprintRecord]:
        """Every preprint of an archive, as a record that indexes to the same archive."""
        async with contextlib.aclosing(self._stream(self.stub.ExportPreprints, pb.ExportPreprintsRequest(archive=archive), timeout)) as messages:
            async for message in messages:
                for record in message.records:
                    yield read(types.PreprintRecord, record)

    async def verify_archive(self, archive: str = "", *, timeout: float | None = None) -> types.VerifyArchiveResponse:
        """Proves an archive sound, or says what is wrong with it."""
        response = await self._unary(self.stub.VerifyArchive, pb.VerifyArchiveRequest(archive=archive), timeout)
        return read(types.VerifyArchiveResponse, response)

    async def _unary(self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Response], request: Request, timeout: float | None) -> Response:
        try:
            return await method(request, timeout=timeout, metadata=self._metadata)
        except grpc.aio.AioRpcError as error:
            raise errors.of_call(error) from None

    async def _stream(self, method: Callable[..., Any], request: Any, timeout: float | None) -> AsyncGenerator[Any]:
        call = method(request, timeout=timeout, metadata=self._metadata)
        try:
            async for message in call:
                yield message
        except grpc.aio.AioRpcError as error:
            raise errors.of_call(error) from None
        finally:
            call.cancel()


async def _each(records: Iterable[PreprintRecord] | AsyncIterable[PreprintRecord]) -> AsyncIterator[PreprintRecord]:
    if isinstance(records, AsyncIterable):
        async for record in records:
            yield record
    else:
        for record in records:
            yield record
