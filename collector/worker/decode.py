"""First step: from the records of stream entries to requests; what can't be read is told apart, with its reason.

Pure. A bad record is never an exception here: it becomes a `Bad`, everything around it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from collector import protocol
from collector.protocol import ProtocolError, Query, RecordingEvent, TooLarge, TooManyEvents
from collector.records import FramingError, Record, door_counts, framed, records
from collector.worker.flat import Columns, Summary

MILLIS = 99_999_999_999_999
# Chunks open to many times what was sent, and their events take several times that: so much of a batch is kept opened,
# the others are opened a second time when it is their turn.
KEPT_OPEN_BYTES: Final = 16_777_216


class Request(msgspec.Struct, gc=False):
    """An acknowledged request of a browser, read. `summary` for channel e; `chunk_of` and what follows for r."""

    source: str  # shard/entry id/record index
    record: Record
    query: Query
    summary: Summary | None  # of its events, whose rows are in the batch's columns
    chunk: list[RecordingEvent]  # read already; empty if the batch had opened too much by then
    raw_bytes: int = 0  # of the chunk's JSON
    chunk_events: int = 0

    @property
    def events(self) -> int:
        """How many events of channel e it has."""
        return self.summary.events if self.summary else 0


def chunk_of(request: Request) -> list[RecordingEvent]:
    """The recording's events."""
    return request.chunk or protocol.decode_chunk(protocol.opened(request.record.body))


RECEIVED: Final = "received"
HOUR_MS: Final = 3_600_000


# What the door has counted, by project, hour (unix s) and reason: requests that were refused for it, or (RECEIVED) that
# came in at all; and their bytes.
DoorCounts = dict[tuple[int, int, str], list[int]]


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
    """A record and where it stands in the stream: `shard/entry id/record index`."""

    source: str
    record: Record


def unpacked(shard: int, stream_id: str, payload: bytes) -> tuple[list[Sourced], Bad | None]:
    """The records of an entry, and what of it is damaged."""
    try:
        found, damage = records(payload), None
    except FramingError as error:
        found = error.records
        damage = Bad(f"{shard}/{stream_id}/{len(found)}", "malformed", str(error), None, error.rest)
    return [Sourced(f"{shard}/{stream_id}/{index}", record) for index, record in enumerate(found)], damage


def decode(sourced: Iterable[Sourced]) -> Decoded:
    """Read every record to the last field."""
    requests: list[Request] = []
    counts: DoorCounts = {}
    bad: list[Bad] = []
    columns = Columns()
    room = KEPT_OPEN_BYTES
    for source, record in sourced:
        try:
            if record.channel == "d":
                _count(record, counts)
            else:
                request = _request(source, record, columns)
                room -= request.raw_bytes
                if room < 0:
                    request.chunk = []
                requests.append(request)
        except TooManyEvents as error:
            bad.append(Bad.of(source, "too_many_events", str(error), record))
        except TooLarge as error:
            bad.append(Bad.of(source, "too_large", str(error), record))
        except ProtocolError as error:
            bad.append(Bad.of(source, "malformed", str(error), record))
    return Decoded(requests, counts, bad, columns)


def _request(source: str, record: Record, columns: Columns) -> Request:
    if not 0 < record.received_ms <= MILLIS or not 0 < record.project_id < 2**63:
        raise ProtocolError(f"the record names project {record.project_id} and time {record.received_ms}")
    query = protocol.parse_query(record.query)
    if record.channel == "e":
        summary = columns.take(record.project_id, protocol.decode_events(record.body))
        return Request(source, record, query, summary, [])
    plain = protocol.opened(record.body)
    chunk = protocol.decode_chunk(plain)
    return Request(source, record, query, None, chunk, len(plain), len(chunk))


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
