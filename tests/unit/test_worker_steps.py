"""The worker's pure steps: records in, what a batch adds out."""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np
import pytest

from collector.records import Record, framed
from collector.worker.chunks import fold_chunks
from collector.worker.decode import Decoded, Request, Sourced, decode, unpacked
from collector.worker.fold import Fold, pages_of
from collector.worker.names import NameIds
from collector.worker.places import PageKey, Placed
from collector.worker.sessionize import Arrival, Sessionized, ViewKey, days_to_look_at, sessionize, sessions_of
from collector.worker.tally import ledger, minutes
from storage.heat import HeatKind
from storage.heat_batches import unpack_batch
from storage.page_views import KnownView
from storage.sessions import KnownSession

AT = 1_800_000_000_000  # 2027-01-15 08:00 UTC
SESSION, VISITOR = "5e" * 16, "0b" * 16
PAGE = {"k": "page", "t": AT, "url": "https://shop.example/a", "nav": "load", "vw": 1280, "vh": 800, "dh": 2400}
CLICK = {"k": "click", "t": AT, "el": "#buy", "fx": 5000, "fy": 10_000, "b": [1, 2, 3, 4]}


def query(number: int, session: str = SESSION, view: int = 7, sent: int = AT) -> bytes:
    return f"v=1&k=abcdefgh&s={session}&p={view:012x}&n={number}&u={VISITOR}&t={sent}".encode()


def record(number: int, *events: dict[str, Any], received: int = AT, **changes: Any) -> Record:
    body = json.dumps({"e": events or (PAGE,)}).encode()
    return Record("e", 1, 2, received, "00" * 8, b"", query(number, **changes), body)


def read(*records: Record) -> Decoded:
    return decode([Sourced(0, "1-1", index, one) for index, one in enumerate(records)])


def good(*records: Record) -> Decoded:
    decoded = read(*records)
    assert decoded.bad == []
    return decoded


def requests(*records: Record) -> list[Request]:
    return good(*records).requests


def sessionized(
    listed: list[Request],
    known: dict[tuple[int, str], KnownSession] | None = None,
    views: dict[ViewKey, KnownView] | None = None,
) -> Sessionized:
    return sessionize(listed, sessions_of(listed, known or {}), views or {})


def folded(*records: Record) -> tuple[Sessionized, Placed, list[Arrival]]:
    """Records through all steps, with ids in the order in which names turn up, from 1; and what came too early."""
    decoded = good(*records)
    found = sessionized(decoded.requests)
    fold = Fold(decoded.columns, {name: number for number, name in enumerate(pages_of(found.arrivals), 1)})
    fold.add(found.arrivals)
    met = decoded.columns.elements, decoded.columns.event_names
    ids = NameIds(*(np.arange(1, len(one.names) + 1) for one in met))
    return found, fold.placed(ids), fold.early


def boxes_of(placed: Placed) -> dict[PageKey, dict[int, list[int]]]:
    """The boxes that were seen, by page and element."""
    pages, rows = placed.boxes
    return {page: {element: rows[row].tolist() for element, row in own.items()} for page, own in pages.items()}


def test_damaged_entry_gives_the_records_before_the_damage() -> None:
    payload = framed(record(0)) + framed(record(1)) + b"e 1 2 nonsense\n"
    found, damage = unpacked(3, "9-1", payload)
    assert [one.source for one in found] == ["3/9-1/0", "3/9-1/1"]
    assert damage is not None
    assert (damage.source, damage.reason, damage.payload) == ("3/9-1/2", "malformed", b"e 1 2 nonsense\n")


@pytest.mark.parametrize(
    "bad",
    [
        record(0)._replace(body=b"{}"),
        record(0)._replace(query=b"v=2"),
        record(0)._replace(received_ms=0),
        record(0)._replace(project_id=-1),
        record(0)._replace(channel="r", body=gzip.compress(b"[]")),
        Record("d", 1, 0, AT, "", b"", b"", b"malformed one 2\n"),
        Record("d", 1, 0, AT, "", b"", b"", b"\xff"),
        Record("d", 1, 0, AT, "", b"", b"", b"a;b 1 1\n"),
    ],
)
def test_bad_record_is_told_apart_and_the_rest_goes_on(bad: Record) -> None:
    decoded = read(record(0), bad, record(1))
    assert len(decoded.requests) == 2
    assert [(one.source, one.reason) for one in decoded.bad] == [("0/1-1/1", "malformed")]


def test_refusals_at_the_door_are_counted_in_their_hour() -> None:
    body = b"unknown_site 3 90\ntoo_large 1 5000000\nreceived 4 5000090\nreceived 2 70 1\n"
    decoded = read(Record("d", 0, 0, AT + 60_000, "", b"", b"", body))
    hour = AT // 3_600_000 * 3600
    lines = ledger(sessionized([]), decoded.counts, decoded.bad)
    assert lines == {
        (0, hour, "unknown_site"): [3, 0, 90],
        (0, hour, "too_large"): [1, 0, 5_000_000],
        (0, hour, "received"): [4, 0, 5_000_090],
        (1, hour, "received"): [2, 0, 70],
    }


def test_events_are_counted_where_the_body_was_read_and_a_remark_stands_beside_the_outcome() -> None:
    listed = requests(record(0, PAGE, CLICK), record(0, PAGE, CLICK), record(1, CLICK, sent=AT - 200_000_000))
    lines = ledger(sessionized(listed), {}, [])
    assert {reason: line[:2] for (_, _, reason), line in lines.items()} == {
        "accepted": [2, 3],
        "duplicate": [1, 2],
        "clock_skew": [1, 1],
    }


def test_session_stays_in_the_day_in_which_it_began() -> None:
    midnight = AT // 86_400_000 * 86_400_000 + 86_400_000
    listed = requests(record(0, received=midnight - 5), record(1, CLICK, received=midnight + 5))
    assert {view.day for view in sessionized(listed).views.values()} == {"2027-01-15"}
    after = requests(record(2, CLICK, received=midnight + 90_000))
    first, last = days_to_look_at(after)
    assert first.isoformat() <= "2027-01-15" <= last.isoformat()
    found = sessionized(after, {(1, SESSION): KnownSession("2027-01-15", 0, AT)})
    assert {view.day for view in found.views.values()} == {"2027-01-15"}


def test_retry_of_a_stored_request_and_one_in_the_same_batch_are_dropped() -> None:
    listed = requests(record(4, CLICK), record(5, CLICK), record(5, CLICK), record(2, CLICK))
    known = {(1, SESSION, 7): KnownView(1, 1280, 2, [4, 5], 0, [])}
    found = sessionized(listed, {(1, SESSION): KnownSession("2027-01-15", 0, AT)}, known)
    assert [arrival.request.seq for arrival in found.arrivals] == [2, 5]
    assert len(found.duplicates) == 2
    view = found.views[1, SESSION, 7]
    assert (view.events_seq, view.events_ahead) == (3, [4, 6])


def test_channels_count_apart() -> None:
    chunk = record(0)._replace(channel="r", body=b'[{"type":3,"timestamp":1,"data":{}}]')
    assert len(sessionized(requests(record(0), chunk)).arrivals) == 2


def test_page_event_goes_first_even_when_it_came_last() -> None:
    _, result, early = folded(record(1, CLICK), record(0, PAGE, CLICK))
    ((day, batch),) = result.heat.items()
    assert (day, batch.points) == ((1, "2027-01-15"), 2)
    points = unpack_batch(batch.packed).of(1, HeatKind.CLICK, 1)
    assert points.tolist() == [(1, 127, 255, 1), (1, 127, 255, 1)]
    assert early == []
    assert boxes_of(result) == {(1, 1, 1): {1: [1, 2, 3, 4, 1280]}}


def test_click_without_its_page_is_counted_and_waits() -> None:
    found, result, early = folded(record(1, CLICK))
    assert (result.heat, result.facts) == ({}, {})
    assert [arrival.request.seq for arrival in early] == [1]
    (view,) = found.views.values()
    assert (view.clicks, view.session_.clicks) == (1, 1)


def test_second_page_event_of_a_page_view_counts_nothing() -> None:
    found, _, _ = folded(record(0, PAGE), record(1, {**PAGE, "url": "https://shop.example/b"}))
    (session,) = found.sessions.values()
    assert (session.page_views, session.exit_address) == (1, "shop.example/a")


def test_traits_of_several_identifies_are_put_together() -> None:
    listed = [
        {"k": "identify", "t": AT, "id": name, "traits": traits}
        for name, traits in (("a", {"x": 1, "y": 1}), ("b", {"y": 2}))
    ]
    found, _, _ = folded(record(0, PAGE, *listed))
    (session,) = found.sessions.values()
    assert (session.user_ref, json.loads(session.traits)) == ("b", {"x": 1, "y": 2})


def test_same_chunk_has_the_same_key_and_bytes_each_time() -> None:
    body = json.dumps([{"type": 3, "timestamp": AT - 5 + step, "data": {"n": step}} for step in range(4)]).encode()

    def kept() -> list[tuple[str, bytes]]:
        listed = requests(record(0)._replace(channel="r", body=gzip.compress(body)))
        return [(blob.key, blob.data) for blob in fold_chunks(sessionized(listed).arrivals).blobs]

    assert kept() == kept()
    assert kept()[0][0] == f"recordings/1/2027-01-15/{SESSION}/000000000007-000000.json.zst"


def test_lag_falls_into_the_bucket_of_its_power_of_two() -> None:
    found = sessionized(requests(*(record(number, CLICK) for number in range(3))))
    (minute,) = minutes(found.arrivals, AT + 1024).values()
    assert (minute.requests, minute.events, minute.lag[10]) == (3, 3, 3)
