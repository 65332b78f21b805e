"""Last step: everything that a batch adds, and the offsets behind it, in ONE transaction, read from top to bottom here.

Blobs are in their store before it begins. Search documents are written as its last act, when nothing but the commit
itself can fail any more: at that time the shards' offsets are locked, so a worker that lost its lease never gets there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from collector.worker.chunks import Blob
from collector.worker.decode import Bad
from collector.worker.sessionize import Arrival, Session, View
from collector.worker.tally import LedgerCounts, minutes
from storage import (
    assets,
    early_requests,
    heat_batches,
    ledger,
    page_layouts,
    page_views,
    recording_chunks,
    sessions,
    stream_offsets,
    traffic_minutes,
)
from storage.assets import NamedAsset
from storage.early_requests import EarlyRequest
from storage.facts.postgres import append_rows
from storage.facts.rows import PackedRows
from storage.heat_batches import HeatBatch, ProjectDay
from storage.page_layouts import BoxRow, NewSnapshot
from storage.postgres import Database, by_key
from storage.recording_chunks import NewChunk
from storage.session_index import SessionIndex
from storage.sessions import Continuation
from storage.stream_offsets import Step


class Rehearsed(Exception):
    """A trial went through; its transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What a batch adds."""

    steps: Mapping[int, Step]
    sessions: list[Session]
    continuations: list[Continuation]
    views: list[View]
    arrivals: list[Arrival]
    heat: dict[ProjectDay, HeatBatch]
    facts: dict[tuple[int, str], PackedRows]
    boxes: list[BoxRow]
    early: list[EarlyRequest]  # that wait for their page event from now on
    placed: list[EarlyRequest]  # whose page event has come
    chunks: list[NewChunk]
    assets: list[NamedAsset]  # shown by them, and not known to be named today
    snapshots: list[NewSnapshot]
    blobs: list[Blob]
    scrubbed: int  # recorded events
    ledger: LedgerCounts
    bad: list[Bad]


def commit(database: Database, worker: str, delta: Delta, index: SessionIndex | None, rehearse: bool = False) -> None:
    """Write it all, or nothing. Raises OffsetMoved, DatabaseUnavailable, a psycopg.Error for a value that does not fit;
    Gone or UniqueViolation if what the batch was prepared with is not how things are any more.

    `rehearse`: find out whether it would go through, and leave everything as it was.
    """
    try:
        with database.transaction() as connection:
            by_key(connection)
            if not rehearse:
                stream_offsets.move(connection, worker, delta.steps)
            sessions.add(connection, [one for one in delta.sessions if one.new])
            sessions.update(connection, [one for one in delta.sessions if not one.new])
            sessions.go_on(connection, delta.continuations)
            page_views.add(connection, [one for one in delta.views if one.new])
            page_views.update(connection, [one for one in delta.views if not one.new])
            heat_batches.append_in(connection, delta.heat)
            append_rows(connection, delta.facts)
            early_requests.take(connection, delta.placed)
            early_requests.add(connection, delta.early)
            recording_chunks.add(connection, delta.chunks)
            assets.name(connection, delta.assets)
            page_layouts.put_boxes(connection, delta.boxes)
            page_layouts.put_snapshots(connection, delta.snapshots)
            traffic_minutes.add(connection, minutes(delta.arrivals, round(time.time() * 1000)))
            ledger.append(connection, delta.ledger)
            if rehearse:
                raise Rehearsed
            if index and delta.sessions:
                index.upsert(sessions.documents(connection, delta.sessions))
    except Rehearsed:
        pass
