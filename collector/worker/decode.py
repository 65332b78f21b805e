"""First step: from the records of stream entries to requests; what can't be read is told apart, with its reason.

Pure. A bad record is never an exception here: it becomes a `Bad`, everything around it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from collector import protocol
from collector.protocol import ProtocolError, Query, RecordingEvent, TooLarge, TooManyEvents
from collector.records import FramingError, Record, door_counts, framed, records
from collector.worker.flat import Columns, Summary
from storage.ledger import RECEIVED, LedgerKey

MILLIS = 99_999_999_999_999
# Chunks open to many times what was sent, and their events take several times that: so much of a batch is kept opened,
# the others are opened a second time when it is their turn.
KEPT_OPEN_BYTES: Final = 16_777_216


class Request(msgspec.Struct, gc=False):
    """An acknowledged request of a browser, read. `summary` for channel e; `chunk` and what follows for r."""

    shard: int
    stream_id: str
    number: int  # among the records of its entry
    framed: bytes  # its record
    ua_at: int  # where its parts begin
    query_at: int
    body_at: int
    channel: str  # e or r
    project_id: int
    received_ms: int  # unix ms at the collector
    request_id: str
    session: str  # 32 hex digits; the one that it belongs to
    visitor: str
    page_view: int
    seq: int
    sent_ms: int  # the visitor's clock
    body_bytes: int
    events: int  # of channel e
    summary: Summary | None  # of its events, whose rows are in the batch's columns
    chunk: Sequence[RecordingEvent] = ()  # read already; empty if the batch had opened too much by then
    raw_bytes: int = 0  # of the chunk's JSON
    chunk_events: int = 0

    @property
    def source(self) -> str:
        """Where it stands in the stream."""
        return f"{self.shard}/{self.stream_id}/{self.number}"

    @property
    def country(self) -> str:
        """Two letters, as the door has added them to the query (lua/records.lua); empty if it has not."""
        added = self.framed[self.body_at - 5 : self.body_at]
        return added[3:].decode() if added.startswith(b"&g=") else ""

    @property
    def ua(self) -> bytes:
        """The user agent."""
        return self.framed[self.ua_at : self.query_at]

    @property
    def body(self) -> bytes:
        """As it was sent."""
        return self.framed[self.body_at :]

    @property
    def record(self) -> Record:
        """The record, of which a request has no more than is needed often."""
        return records(self.framed)[0]


def chunk_of(request: Request) -> Sequence[RecordingEvent]:
    """The recording's events."""
    return request.chunk or protocol.decode_chunk(protocol.opened(request.body))


HOUR_MS: Final = 3_600_000


# What the door has counted, by project, hour (unix s) and reason: requests that were refused for it, or (RECEIVED) that
# came in at all; and their bytes.
DoorCounts = dict[LedgerKey, list[int]]


class Bad(NamedTuple):
    """A record that can't be used, for the dead letters; `record` None: its framing was damaged."""

    source: str
    reason: str  # malformed, too_large, too_many_events or poisoned: a word of the ledger
    error: str
    record: Record | None
    payload: bytes  # the framed record, or the damaged bytes

    @classmethod
    def of(cls, source: str, reason: str, error: str, record: Record) -> Bad:
        """A whole record that can't be used."""
        return cls(source, reason, error, record, framed(record))


class Decoded(NamedTuple):
    """A batch as read: in the order of the stream."""

    requests: list[Request]
    counts: DoorCounts
    bad: list[Bad]
    columns: Columns  # the events of the requests


class Sourced(NamedTuple):
    """A record and where it stands in the stream."""

    shard: int
    stream_id: str
    number: int  # among the records of the entry
    record: Record

    @property
    def source(self) -> str:
        """As the dead letters name it: `shard/entry id/record index`."""
        return f"{self.shard}/{self.stream_id}/{self.number}"


def unpacked(
    shard: int, stream_id: str, payload: bytes, begin: int = 0, passed: int = 0
) -> tuple[list[Sourced], Bad | None]:
    """The records of an entry, and what of it is damaged; from byte `begin` on, behind `passed` records."""
    try:
        found, damage = records(payload, begin, passed), None
    except FramingError as error:
        found = error.records
        damage = Bad(f"{shard}/{stream_id}/{passed + len(found)}", "malformed", str(error), None, error.rest)
    return [Sourced(shard, stream_id, number, record) for number, record in enumerate(found, passed)], damage


class Decoding:
    """A batch that is being read; `columns` may hold events already, of requests that somebody else has read."""

    def __init__(self, columns: Columns) -> None:
        self.requests: list[Request] = []
        self.bad: list[Bad] = []
        self._counts: DoorCounts = {}
        self._columns = columns
        self._room = KEPT_OPEN_BYTES

    def add(self, sourced: Sourced) -> None:
        """Read a record to its last field."""
        record = sourced.record
        try:
            if record.channel == "d":
                _count(record, self._counts)
            else:
                self.requests.append(self._request(sourced))
        except TooManyEvents as error:
            self.bad.append(Bad.of(sourced.source, "too_many_events", str(error), record))
        except TooLarge as error:
            self.bad.append(Bad.of(sourced.source, "too_large", str(error), record))
        except ProtocolError as error:
            self.bad.append(Bad.of(sourced.source, "malformed", str(error), record))

    def end(self) -> Decoded:
        """All that was read."""
        return Decoded(self.requests, self._counts, self.bad, self._columns)

    def _request(self, sourced: Sourced) -> Request:
        record = sourced.record
        if not 0 < record.received_ms <= MILLIS or not 0 < record.project_id < 2**63:
            raise ProtocolError(f"the record names project {record.project_id} and time {record.received_ms}")
        query = protocol.parse_query(record.query)
        if record.channel == "e":
            listed = protocol.decode_events(record.body)
            return request_of(sourced, query, len(listed), self._columns.take(record.project_id, listed))
        plain = protocol.opened(record.body)
        chunk = protocol.decode_chunk(plain)
        self._room -= len(plain)
        kept = chunk if self._room >= 0 else ()
        return request_of(sourced, query, chunk=kept, raw_bytes=len(plain), chunk_events=len(chunk))


def request_of(
    sourced: Sourced,
    query: Query,
    events: int = 0,
    summary: Summary | None = None,
    chunk: Sequence[RecordingEvent] = (),
    raw_bytes: int = 0,
    chunk_events: int = 0,
) -> Request:
    """The request that a record holds; its query and body have been read."""
    shard, stream_id, number, record = sourced
    whole = framed(record)
    body_at = len(whole) - len(record.body)
    query_at = body_at - len(record.query)
    return Request(
        shard,
        stream_id,
        number,
        whole,
        query_at - len(record.ua),
        query_at,
        body_at,
        record.channel,
        record.project_id,
        record.received_ms,
        record.request_id,
        query.session,
        query.visitor,
        query.page_view,
        query.seq,
        query.sent_ms,
        len(record.body),
        events,
        summary,
        chunk,
        raw_bytes,
        chunk_events,
    )


def decode(sourced: Iterable[Sourced]) -> Decoded:
    """Read every record to the last field."""
    decoding = Decoding(Columns())
    for one in sourced:
        decoding.add(one)
    return decoding.end()


def _count(record: Record, counts: DoorCounts) -> None:
    """Add what a `d` record says; all of it or nothing."""
    try:
        listed = door_counts(record)
    except (ValueError, UnicodeDecodeError) as error:
        raise ProtocolError(f"the door's counts can't be read: {error}") from error
    if not 0 < record.received_ms <= MILLIS:
        raise ProtocolError(f"the record names time {record.received_ms}")
    for project_id, reason, count, size in listed:
        words = reason == RECEIVED or (reason.isidentifier() and len(reason) <= 40)
        # Below 0: a dead letter is run again, and its first verdict taken back.
        if not (words and abs(count) < 2**40 and abs(size) < 2**50 and 0 <= project_id < 2**63):
            raise ProtocolError(f"the door's counts have project {project_id}, {reason[:40]!r}, {count} and {size}")
    hour = record.received_ms // HOUR_MS * 3600
    for project_id, reason, count, size in listed:
        line = counts.get((project_id, hour, reason))
        if line is None:
            counts[project_id, hour, reason] = [count, size]
        else:
            line[0] += count
            line[1] += size
