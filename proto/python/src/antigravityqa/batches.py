"""Records as the messages of `IndexPreprints`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from antigravityqa.gateway.v1 import gateway_pb2
from antigravityqa.messages import fields, write
from antigravityqa.type.v1 import index_pb2, preprint_pb2
from antigravityqa.types import PreprintRecord

RECORDS = 500
"""The contract's limits of a batch: records, and bytes (3 MiB) less what surrounds them."""
BYTES = 3 * 1024 * 1024 - 4096
BYTES_AROUND_RECORD = 8


class Batches:
    """Collects records into batches."""

    def __init__(self, archive: str, rebuild: bool, bulk: bool) -> None:
        self.header = gateway_pb2.IndexPreprintsRequest(header=index_pb2.IndexHeader(archive=archive, rebuild=rebuild, bulk=bulk))
        self.end = gateway_pb2.IndexPreprintsRequest(end=index_pb2.IndexEnd())
        self._records: list[preprint_pb2.PreprintRecord] = []
        self._bytes = 0
        self._sequence = 0

    def add(self, record: PreprintRecord) -> gateway_pb2.IndexPreprintsRequest | None:
        """Takes a record. Returns the batch before it when that is full."""
        message = write(preprint_pb2.PreprintRecord, fields(record))
        size = message.ByteSize() + BYTES_AROUND_RECORD
        full = self.rest() if len(self._records) == RECORDS or self._bytes + size > BYTES else None
        self._records.append(message)
        self._bytes += size
        return full

    def rest(self) -> gateway_pb2.IndexPreprintsRequest | None:
        """What is collected so far as a batch, if anything is."""
        if not self._records:
            return None
        self._sequence += 1
        batch = index_pb2.IndexBatch(sequence=self._sequence, records=self._records)
        self._records, self._bytes = [], 0
        return gateway_pb2.IndexPreprintsRequest(batch=batch)

    def of(self, records: Iterable[PreprintRecord]) -> Iterator[gateway_pb2.IndexPreprintsRequest]:
        """The whole stream: header, batches, end."""
        yield self.header
        for record in records:
            if (full := self.add(record)) is not None:
                yield full
        if (rest := self.rest()) is not None:
            yield rest
        yield self.end
