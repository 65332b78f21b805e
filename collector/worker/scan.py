"""First step, quickly: the usual form of what the tracker sends is read by `collector/scan` (Rust), an entry at a time.

Every other record is read by `collector.worker.decode`, which is the authority on what is valid: what both can read,
both read alike (`tests/unit/test_worker_scan.py`). Without the built library all of a batch goes there.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Collection
from itertools import islice
from typing import Final, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from collector.protocol import Nav, Page
from collector.records import records
from collector.worker.decode import Bad, Decoded, Decoding, Request, Sourced, unpacked
from collector.worker.flat import Columns, Rows, Summary
from collector.worker.names import Ints, Met
from collector.worker.scan_library import Book, NativeBatch, Taken
from heatwake.logs import event
from storage.event_stream import Entry
from storage.naming import Named, fitting

log = logging.getLogger(__name__)

NAVS: Final = get_args(Nav)

# The columns by number (collector/scan/lib.rs), and the numbers of a record and of a page event (batch.rs).
RECORDS, TIMES, CODES, MOVES, BOXES, PAGES, PROPS_ROWS, LABELS, PROMOTED_ELEMENTS, PROMOTED_EVENT_NAMES = range(10)
IDS, PAGE_TEXTS, PROPS, LABEL_TEXTS = range(10, 14)
MOST_NAMES: Final = 400_000  # at some 200 bytes each
ELEMENT, EVENT_NAME = range(2)  # kinds of names
RECORD: Final = 27
PAGE_EVENT: Final = 11
PAGE_STRINGS: Final = 5
REQUEST_ID, SESSION, VISITOR = 16, 48, 80  # where each ends in a request's digits


class _Names:
    """Ids of the names that were met, of one kind: collector.worker.names.Known."""

    def __init__(self, book: Book, kind: int) -> None:
        self.ids: Ints = np.zeros(0, np.int64)
        self.bare: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._older_ids, self._older_bare = self.ids, self.bare
        self._book, self._kind = book, kind
        self._generation = 0

    def name(self, number: int) -> Named:
        """The name of a number."""
        project_id, text = self._book.name(self._kind, number)
        return project_id, fitting(text)

    def grow(self, promoted: Ints) -> None:
        """Make room for the names that were met since the last time. `promoted`: new and former number of each."""
        generation, count = self._book.held(self._kind)
        if generation != self._generation:
            if generation > self._generation + 1:  # former numbers are of a generation that was never seen here
                self.ids, self.bare = self.ids[:0], self.bare[:0]
            self._older_ids, self._older_bare = self.ids, self.bare
            self.ids, self.bare, self._generation = self.ids[:0], self.bare[:0], generation
        if count > len(self.ids):
            more = count - len(self.ids)
            self.ids = np.concatenate([self.ids, np.zeros(more, np.int64)])
            self.bare = np.concatenate([self.bare, np.zeros(more, np.bool_)])
        new, former = promoted.reshape(-1, 2).T
        there = (self.ids[new] == 0) & (former < len(self._older_ids))
        new, former = new[there], former[there]
        self.ids[new], self.bare[new] = self._older_ids[former], self._older_bare[former]


class Reader:
    """What outlives a batch: names that were met, up to `most` of a kind in each of two generations."""

    def __init__(self, native: ctypes.CDLL | None, most: int = MOST_NAMES) -> None:
        self._native = native
        if native:
            self._book = Book(native, most)
            self.elements = _Names(self._book, ELEMENT)
            self.event_names = _Names(self._book, EVENT_NAME)

    def begin(self) -> NativeBatch | None:
        """A batch of the library's; None if it is not there or has failed."""
        return NativeBatch(self._native, self._book) if self._native else None

    def give_up(self) -> None:
        """The library has failed: no batch is begun with it any more."""
        self._native = None


class _Entry(NamedTuple):
    """An entry, how many of its records were scanned, and what else it has."""

    shard: int
    stream_id: str
    payload: bytes
    scanned: int
    rest: list[Sourced]


class Scan:
    """The entries of a batch, read as they are taken."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._batch = reader.begin()
        self._entries: list[_Entry] = []
        self._damaged: list[Bad] = []
        self.size = 0  # records

    def take(self, shard: int, entry: Entry) -> int:
        """Add an entry; gives how many requests it has."""
        taken = self._batch.take(entry.payload) if self._batch else None
        if self._batch and taken is None:
            self._give_up("it failed inside an entry")
        return self._add(shard, entry.stream_id, entry.payload, taken or Taken())

    def _add(self, shard: int, stream_id: str, payload: bytes, taken: Taken) -> int:
        requests: int = taken.requests
        scanned, begin = taken.records, taken.rest
        rest: list[Sourced] = []
        if begin < len(payload):
            rest, damage = unpacked(shard, stream_id, payload, begin, scanned)
            requests += sum(1 for one in rest if one.record.channel != "d")
            if damage:
                self._damaged.append(damage)
        self._entries.append(_Entry(shard, stream_id, payload, scanned, rest))
        self.size += scanned + len(rest)
        return requests

    @property
    def quickly(self) -> int:
        """How many of the records the library has read."""
        return int(self._numbers(RECORDS)[::RECORD].sum()) if self._batch else 0

    def records(self) -> list[Sourced]:
        """All records that aren't damaged, in order."""
        return [one for entry in self._entries for one in unpacked(*entry[:3])[0]]

    def decoded(self, without: Collection[str] = ()) -> Decoded:
        """All of it but the records of these sources. Made anew each time: a batch that is prepared adds to it."""
        decoding = None
        if self._batch and not without:
            try:
                decoding = self._scanned()
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # the decoder knows what it is
                self._give_up(f"{type(error).__name__}: {error}")
        if decoding is None:
            decoding = Decoding(Columns())
            for one in self.records():
                if one.source not in without:
                    decoding.add(one)
        decoding.bad[:0] = self._damaged
        return decoding.end()

    def _scanned(self) -> Decoding:
        self._reader.elements.grow(self._numbers(PROMOTED_ELEMENTS))
        self._reader.event_names.grow(self._numbers(PROMOTED_EVENT_NAMES))
        elements, event_names = Met(self._reader.elements, self._labels), Met(self._reader.event_names)
        boxes = self._numbers(BOXES).reshape(-1, 4)
        rows = Rows(self._numbers(TIMES), self._numbers(CODES), self._numbers(MOVES), boxes)
        decoding = Decoding(Columns(rows, elements, event_names, self._props()))
        found = iter(self._numbers(RECORDS).reshape(-1, RECORD).tolist())
        pages, ids = self._pages(), self._text(IDS)
        place = 0
        requests = decoding.requests
        for shard, stream_id, payload, scanned, rest in self._entries:
            for number, row in enumerate(islice(found, scanned)):
                (
                    read,
                    start,
                    end,
                    ua_at,
                    query_at,
                    body_at,
                    project_id,
                    received_ms,
                    page_view,
                    seq,
                    sent_ms,
                    events,
                    first_row,
                    past_row,
                    first_move,
                    past_move,
                    first_ms,
                    last_ms,
                    clicks,
                    rages,
                    deads,
                    errors,
                    customs,
                    deepest,
                    document_h,
                    page,
                    page_row,
                ) = row
                if not read:
                    decoding.add(Sourced(shard, stream_id, number, records(payload[start:end])[0]))
                    continue
                requests.append(
                    Request(
                        shard,
                        stream_id,
                        number,
                        payload[start:end],
                        ua_at,
                        query_at,
                        body_at,
                        "e",
                        project_id,
                        received_ms,
                        ids[place : place + REQUEST_ID],
                        ids[place + REQUEST_ID : place + SESSION],
                        ids[place + SESSION : place + VISITOR],
                        page_view,
                        seq,
                        sent_ms,
                        end - start - body_at,
                        events,
                        Summary(
                            first_row,
                            past_row,
                            first_move,
                            past_move,
                            first_ms,
                            last_ms,
                            clicks,
                            rages,
                            deads,
                            errors,
                            customs,
                            deepest,
                            document_h,
                            pages[page] if page >= 0 else None,
                            page_row,
                            (),
                        ),
                    )
                )
                place += VISITOR
            for one in rest:
                decoding.add(one)
        return decoding

    def _pages(self) -> list[Page]:
        """The page events, of the order of PAGE_EVENT's numbers."""
        found = self._numbers(PAGES).reshape(-1, PAGE_EVENT)
        numbers, ends = found[:, : PAGE_EVENT - PAGE_STRINGS].tolist(), found[:, PAGE_EVENT - PAGE_STRINGS :]
        texts = iter(self._cut(PAGE_TEXTS, ends.ravel()))
        return [
            Page(t, url, NAVS[nav], vw, vh, dh, title, ref, sw, lang, tz)
            for (t, nav, vw, vh, dh, sw), url, title, ref, lang, tz in zip(
                numbers, texts, texts, texts, texts, texts, strict=True
            )
        ]

    def _labels(self) -> dict[int, str]:
        found = self._numbers(LABELS).reshape(-1, 2)
        return dict(zip(found[:, 0].tolist(), self._cut(LABEL_TEXTS, found[:, 1]), strict=True))

    def _props(self) -> dict[int, bytes]:
        found = self._numbers(PROPS_ROWS).reshape(-1, 2).T.tolist()
        if not found[0]:
            return {}
        props = self._bytes(PROPS)
        return {row: props[first:end] for row, first, end in zip(found[0], [0, *found[1]], found[1], strict=False)}

    def _cut(self, texts: int, ends: Ints) -> list[str]:
        """The texts that stand one after the other, by where each ends."""
        text, past = self._text(texts), ends.tolist()
        return [text[first:end] for first, end in zip([0, *past[:-1]], past, strict=True)] if past else []

    def _text(self, column: int) -> str:
        return self._bytes(column).decode()

    def _numbers(self, column: int) -> Ints:
        return np.frombuffer(self._bytes(column), np.int64)

    def _bytes(self, column: int) -> bytes:
        assert self._batch is not None
        return self._batch.column(column)

    def _give_up(self, error: str) -> None:
        """From now on everything is read the slow way, this batch too."""
        event(log, logging.ERROR, "quick_reader_failed", entries=len(self._entries), error=error)
        self._batch = None
        self._reader.give_up()
        taken, self._entries, self._damaged, self.size = self._entries, [], [], 0
        for entry in taken:
            self._add(*entry[:3], Taken())
