"""First step, quickly: the usual form of what the tracker sends is read by `collector/scan` (Rust), an entry at a time.

Every other record is read by `collector.worker.decode`, which is the authority on what is valid: what both can read,
both read alike (`tests/unit/test_worker_scan.py`). Without the built library all of a batch goes there.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

import numpy as np

from collector.protocol import Nav, Page
from collector.records import records
from collector.worker.decode import Bad, Decoded, Decoding, Request, Sourced, unpacked
from collector.worker.flat import Columns, Ints, Rows, Summary
from collector.worker.names import Met
from storage.event_stream import Entry
from storage.naming import fitting

LIBRARY: Final = Path(__file__).parents[1] / "scan" / "built" / "libheatwake_scan.so"
NAVS: Final = get_args(Nav)

# The columns by number (collector/scan/lib.rs), and the numbers of a record and of a page event (batch.rs).
RECORDS, TIMES, CODES, MOVES, BOXES, PAGES, PROPS_ROWS, ELEMENTS, LABELS, EVENT_NAMES = range(10)
IDS, PAGE_TEXTS, PROPS, ELEMENT_TEXTS, LABEL_TEXTS, EVENT_NAME_TEXTS = range(10, 16)
RECORD: Final = 24
PAGE_EVENT: Final = 11
PAGE_STRINGS: Final = 5
REQUEST_ID, SESSION, VISITOR = 16, 48, 80  # where each ends in a request's digits


class _Taken(ctypes.Structure):
    _fields_ = (("records", ctypes.c_int64), ("requests", ctypes.c_int64), ("rest", ctypes.c_int64))


class _Column(ctypes.Structure):
    _fields_ = (("first", ctypes.c_void_p), ("bytes", ctypes.c_size_t))


@cache
def library() -> ctypes.CDLL | None:
    """The built library; None if there is none."""
    if not LIBRARY.exists():
        return None
    found = ctypes.CDLL(str(LIBRARY))
    found.scan_new.restype = ctypes.c_void_p
    found.scan_free.argtypes, found.scan_free.restype = (ctypes.c_void_p,), None
    found.scan_take.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_Taken))
    found.scan_take.restype = ctypes.c_bool
    found.scan_column.argtypes, found.scan_column.restype = (ctypes.c_void_p, ctypes.c_uint32), _Column
    return found


class _Entry(NamedTuple):
    """An entry, how many of its records were scanned, and what else it has."""

    shard: int
    stream_id: str
    payload: bytes
    scanned: int
    rest: list[Sourced]


class Scan:
    """The entries of a batch, read as they are taken."""

    def __init__(self, native: ctypes.CDLL | None) -> None:
        self._native = native
        self._batch: Any = ctypes.c_void_p(native.scan_new()) if native else None
        self._entries: list[_Entry] = []
        self._damaged: list[Bad] = []
        self.size = 0  # records

    def __del__(self) -> None:
        self._free()

    def take(self, shard: int, entry: Entry) -> int:
        """Add an entry; gives how many requests it has."""
        payload = entry.payload
        taken = _Taken()
        if self._native and not self._native.scan_take(self._batch, payload, len(payload), ctypes.byref(taken)):
            self._give_up()
        scanned, requests, begin = (taken.records, taken.requests, taken.rest) if self._batch else (0, 0, 0)
        rest: list[Sourced] = []
        if begin < len(payload):
            rest, damage = unpacked(shard, entry.stream_id, payload, begin, scanned)
            requests += sum(1 for one in rest if one.record.channel != "d")
            if damage:
                self._damaged.append(damage)
        self._entries.append(_Entry(shard, entry.stream_id, payload, scanned, rest))
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
        if without or not self._batch:
            decoding = Decoding(Columns())
            for one in self.records():
                if one.source not in without:
                    decoding.add(one)
        else:
            decoding = self._scanned()
        decoding.bad[:0] = self._damaged
        return decoding.end()

    def _scanned(self) -> Decoding:
        elements = Met(self._names(ELEMENTS, ELEMENT_TEXTS), self._labels())
        event_names = Met(self._names(EVENT_NAMES, EVENT_NAME_TEXTS))
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
                        Summary(
                            events,
                            first_row,
                            past_row,
                            first_move,
                            past_move,
                            first_ms,
                            last_ms,
                            clicks,
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

    def _names(self, names: int, texts: int) -> list[tuple[int, str]]:
        found = self._numbers(names).reshape(-1, 2)
        return [*zip(found[:, 0].tolist(), map(fitting, self._cut(texts, found[:, 1])), strict=True)]

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
        assert self._native is not None
        found = self._native.scan_column(self._batch, column)
        return ctypes.string_at(found.first, found.bytes)

    def _give_up(self) -> None:
        """The library failed: read all entries that were scanned the slow way."""
        self._free()
        self._native = None
        self._entries = [
            _Entry(shard, stream_id, payload, 0, unpacked(shard, stream_id, payload)[0])
            for shard, stream_id, payload, _, _ in self._entries
        ]

    def _free(self) -> None:
        if self._native and self._batch:
            self._native.scan_free(self._batch)
        self._batch = None
