"""The client for programs that wait."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterable, Iterator
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


class Client:
    """A gateway, to be asked from any thread. Close it, or use it in a `with`.

    `address` is `host:port`, or `https://host:port` for TLS with the system's root certificates (`credentials` for others). Calls end after
    `timeout` seconds, 60 by default (indexing, exports and verification: a day); a `timeout` of one call can only be shorter. What fails
    with UNAVAILABLE before it has begun is tried three times. Failures are `antigravityqa.Error`s.
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
        self._channel = grpc.secure_channel(target, credentials, options) if credentials else grpc.insecure_channel(target, options)
        self._metadata = channel.metadata(api_key)
        self.stub = gateway_pb2_grpc.GatewayServiceStub(self._channel)
        """The generated stub, for calls with protobuf's own messages; without the credential."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Gives up what is in flight."""
        self._channel.close()

    def ask(self, question: str = "", *, timeout: float | None = None, **options: Unpack[AskOptions]) -> types.Answer:
        """Answers a question. Without one, `near="AG-…"` writes about that preprint's neighbours."""
        request = write(pb.AskRequest, {"question": question, **options})
        return read(types.Answer, self._unary(self.stub.Ask, request, timeout).answer)

    def ask_stream(self, question: str = "", *, timeout: float | None = None, **options: Unpack[AskOptions]) -> Generator[Event]:
        """Answers a question, and gives each piece as soon as it is checked; see `Event`. Whoever breaks off the loop stops the answer."""
        request = pb.AskStreamRequest(ask=write(pb.AskRequest, {"question": question, **options}))
        for message in self._stream(self.stub.AskStream, request, timeout):
            if (known := event(message)) is not None:
                yield known

    def search(
        self, query: str = "", *, archive: str = "", filter: types.Filter | None = None, limit: int = 0, near: str = "", timeout: float | None = None
    ) -> types.SearchResponse:
        """Finds preprints without writing about them."""
        request = write(pb.SearchRequest, {"archive": archive, "query": query, "filter": filter, "limit": limit, "near": near})
        return read(types.SearchResponse, self._unary(self.stub.Search, request, timeout))

    def get_preprint(self, id: str, *, archive: str = "", timeout: float | None = None) -> types.Preprint:
        """Reads one preprint by its AG id."""
        return read(types.Preprint, self._unary(self.stub.GetPreprint, pb.GetPreprintRequest(archive=archive, id=id), timeout).preprint)

    def check_grounding(self, markdown: str, *, archive: str = "", timeout: float | None = None) -> types.CheckGroundingResponse:
        """Checks Markdown with `[AG-…]` citations, claim by claim, against the archive."""
        request = pb.CheckGroundingRequest(archive=archive, markdown=markdown)
        return read(types.CheckGroundingResponse, self._unary(self.stub.CheckGrounding, request, timeout))

    def get_answer(self, id: str = "", *, share_token: str = "", timeout: float | None = None) -> types.Answer:
        """Reads a kept answer by its id, or by the token of an unlisted link."""
        request = pb.GetAnswerRequest(share_token=share_token) if share_token else pb.GetAnswerRequest(id=id)
        return read(types.Answer, self._unary(self.stub.GetAnswer, request, timeout).answer)

    def list_answers(self, *, timeout: float | None = None) -> Generator[types.Answer]:
        """The kept answers, newest first."""
        token = ""
        while True:
            page = self._unary(self.stub.ListAnswers, pb.ListAnswersRequest(page_token=token), timeout)
            yield from (read(types.Answer, answer) for answer in page.answers)
            if not (token := page.next_page_token):
                return

    def delete_answer(self, id: str, *, timeout: float | None = None) -> None:
        """Deletes a kept answer."""
        self._unary(self.stub.DeleteAnswer, pb.DeleteAnswerRequest(id=id), timeout)

    def delete_answers(self, *, before: datetime.datetime | None = None, timeout: float | None = None) -> int:
        """Deletes all kept answers, or those made before a time. Returns how many there were."""
        return self._unary(self.stub.DeleteAnswers, write(pb.DeleteAnswersRequest, {"before": before}), timeout).deleted

    def share_answer(self, id: str, *, revoke: bool = False, timeout: float | None = None) -> str:
        """Makes an unlisted link to a kept answer, or takes it back. Returns its token."""
        return self._unary(self.stub.ShareAnswer, pb.ShareAnswerRequest(id=id, revoke=revoke), timeout).share_token

    def describe_archive(self, archive: str = "", *, timeout: float | None = None) -> types.Archive:
        """Says what an archive holds."""
        return read(types.Archive, self._unary(self.stub.DescribeArchive, pb.DescribeArchiveRequest(archive=archive), timeout).archive)

    def list_archives(self, *, timeout: float | None = None) -> Generator[str]:
        """The names of the archives."""
        token = ""
        while True:
            page = self._unary(self.stub.ListArchives, pb.ListArchivesRequest(page_token=token), timeout)
            yield from page.archives
            if not (token := page.next_page_token):
                return

    def list_models(self, *, timeout: float | None = None) -> tuple[types.Model, ...]:
        """The models that can be asked by name, the default one first."""
        return tuple(read(types.Model, model) for model in self._unary(self.stub.ListModels, pb.ListModelsRequest(), timeout).models)

    def index_preprints(
        self, records: Iterable[PreprintRecord], *, archive: str = "", rebuild: bool = False, bulk: bool = False, timeout: float | None = None
    ) -> Generator[types.IndexAcknowledgement]:
        """Takes records in. Gives an acknowledgement for every 500 or fewer of them, once they are durable.

        An exception of `records` ends the call and comes out here: what was acknowledged stays, and a rebuild is given up.
        """
        failures: list[BaseException] = []

        def requests() -> Iterator[pb.IndexPreprintsRequest]:
            try:
                yield from Batches(archive, rebuild, bulk).of(records)
            except Exception as failure:
                failures.append(failure)
                raise

        try:
            for message in self._stream(self.stub.IndexPreprints, requests(), timeout):
                yield read(types.IndexAcknowledgement, message.acknowledgement)
        except errors.Error as error:
            raise (failures[0] if failures else error) from None

    def delete_preprints(self, ids: Iterable[str], *, archive: str = "", timeout: float | None = None) -> int:
        """Removes preprints by AG or source id. Returns how many there were."""
        request = write(pb.DeletePreprintsRequest, {"archive": archive, "ids": ids})
        return self._unary(self.stub.DeletePreprints, request, timeout).deleted

    def export_preprints(self, archive: str = "", *, timeout: float | None = None) -> Generator[PreprintRecord]:
        """Every preprint of an archive, as a record that indexes to the same archive."""
        for message in self._stream(self.stub.ExportPreprints, pb.ExportPreprintsRequest(archive=archive), timeout):
            yield from (read(types.PreprintRecord, record) for record in message.records)

    def verify_archive(self, archive: str = "", *, timeout: float | None = None) -> types.VerifyArchiveResponse:
        """Proves an archive sound, or says what is wrong with it."""
        return read(types.VerifyArchiveResponse, self._unary(self.stub.VerifyArchive, pb.VerifyArchiveRequest(archive=archive), timeout))

    def _unary(self, method: grpc.UnaryUnaryMultiCallable[Request, Response], request: Request, timeout: float | None) -> Response:
        try:
            return method(request, timeout=timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise errors.of_call(error) from None

    def _stream(self, method: Callable[..., Any], request: Any, timeout: float | None) -> Iterator[Any]:
        call = method(request, timeout=timeout, metadata=self._metadata)
        try:
            yield from call
        except grpc.RpcError as error:
            raise errors.of_call(error) from None
        finally:
            call.cancel()
