"""What becomes of a visit between the collector's door and the database."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import zstandard
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from event_records import held, workers
from running_stack import Stack
from stored import Stored

from storage import heat_days
from storage.blobs import open_blobs
from storage.facts import FactKind
from storage.facts.postgres import PostgresFacts
from storage.heat import HeatKind
from storage.postgres import Database

PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    database = Database(stack.settings, "worker", size=2)
    yield database
    database.close()


def now_ms() -> int:
    return int(time.time() * 1000)


def send(door: Door, site: Site, visitor: Visitor, number: int, *listed: dict[str, Any], **query: str) -> None:
    """One acknowledged request of channel e."""
    answer = door.send(
        f"/c/e?{visitor.query(site.key, number, **query)}", events(*listed), headers={"User-Agent": PHONE}
    )
    assert answer.status == 204


def record(
    door: Door, site: Site, visitor: Visitor, number: int, chunk: list[dict[str, Any]], zipped: bool = True
) -> None:
    """One acknowledged request of channel r."""
    body = json.dumps(chunk).encode()
    answer = door.send(f"/c/r?{visitor.query(site.key, number)}", gzip.compress(body) if zipped else body)
    assert answer.status == 204


def test_visit_becomes_a_session_with_its_page_views(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    first = Visitor()
    second = Visitor(session=first.session, visitor=first.visitor)
    page = {
        **PAGE,
        "url": "https://Shop.example/products/?utm_source=news&q=1",
        "ref": "https://search.example/?q=x",
        "title": "Products",
    }
    page |= {"lang": "de-DE", "sw": 390, "vw": 390}
    send(door, site, first, 0, page, CLICK)
    send(
        door,
        site,
        first,
        1,
        {"k": "scroll", "t": 0, "d": 40, "dh": 2400},
        {"k": "leave", "t": 0, "d": 75, "dh": 2600, "ms": 900},
    )
    send(door, site, second, 0, {**PAGE, "url": "https://shop.example/cart", "nav": "spa"}, CLICK, CLICK)
    send(door, site, second, 1, {"k": "event", "t": 0, "name": "buy", "props": {"value": 3}})
    send(door, site, second, 2, {"k": "identify", "t": 0, "id": "me", "traits": {"plan": "pro"}})
    stored.until_ledger(accepted=5)
    session = stored.session(first.session)
    assert {name: session[name] for name in ("page_views", "clicks", "events", "device", "browser", "os")} == {
        "page_views": 2, "clicks": 3, "events": 1, "device": 3, "browser": "Chrome", "os": "Android"
    }  # fmt: skip
    assert (session["entry_address"], session["exit_address"]) == ("shop.example/products", "shop.example/cart")
    assert (session["referrer_host"], session["utm_source"]) == ("search.example", "news")
    assert (session["language"], session["screen_w"], session["country"]) == ("de-DE", 390, "")
    assert (session["user_ref"], session["traits"]) == ("me", {"plan": "pro"})
    assert session["visitor_id"] == uuid.UUID(first.visitor)
    views = stored.rows(
        "SELECT address, v.title, clicks, scroll_pct, document_h, viewport_w, events_seq, events_ahead"
        " FROM page_views v JOIN pages p USING (project_id, page_id) WHERE project_id = %s ORDER BY address"
    )
    assert views == [
        ("shop.example/cart", "", 2, 0, 2400, 1280, 3, []),
        ("shop.example/products", "Products", 1, 75, 2600, 390, 2, []),
    ]


def test_clicks_become_heat_boxes_and_facts(
    stack: Stack, door: Door, site: Site, stored: Stored, database: Database
) -> None:
    visitor = Visitor()
    tap = {**CLICK, "k": "tap", "el": 'a[title="so \\ so"]', "text": "", "fx": 10_000, "fy": 0}
    moves = {"k": "move", "t": 0, "m": [[0, "#buy", 0, 0], [100, "main", 10_000, 10_000]]}
    send(door, site, visitor, 0, PAGE, CLICK, CLICK, tap, moves)
    send(door, site, visitor, 1, {"k": "event", "t": 0, "name": "bought", "props": {"n": 1, "what": "ü\u0000"}})
    stored.until_ledger(accepted=2)
    elements = dict(stored.rows("SELECT selector, element_id FROM elements WHERE project_id = %s"))
    (page_id,) = stored.rows("SELECT page_id FROM pages WHERE project_id = %s")[0]
    session = stored.session(visitor.session)

    def points(kind: HeatKind) -> list[tuple[int, ...]]:
        found = heat_days.read(database, site.project_id, page_id, kind, session["day"], session["day"], "mobile")
        return sorted(map(tuple, found.tolist()))

    assert points(HeatKind.CLICK) == [(elements["#buy"], 127, 127, 2)]
    assert points(HeatKind.TAP) == [(elements['a[title="so \\ so"]'], 255, 0, 1)]
    assert points(HeatKind.MOVE) == sorted([(elements["#buy"], 0, 0, 1), (elements["main"], 255, 255, 1)])
    boxes = stored.rows("SELECT element_id, x, y, w, h, viewport_w FROM element_boxes WHERE project_id = %s")
    assert sorted(boxes) == sorted((elements[one], 10, 20, 100, 40, 1280) for one in ("#buy", 'a[title="so \\ so"]'))
    facts = PostgresFacts(database, open_blobs(stack.settings))
    rows = facts.read(site.project_id, session["day"], session["day"]).to_pylist()
    assert sorted(row["kind"] for row in rows) == [
        FactKind.PAGE,
        FactKind.CLICK,
        FactKind.CLICK,
        FactKind.TAP,
        FactKind.EVENT,
    ]
    assert {row["session"] for row in rows} == {bytes.fromhex(visitor.session)}
    assert {row["page_id"] for row in rows} == {page_id}
    custom = next(row for row in rows if row["kind"] == FactKind.EVENT)
    assert json.loads(custom["props"]) == {"n": 1, "what": "ü�"}


def test_recording_is_kept_chunk_by_chunk_with_our_times(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    visitor = Visitor()
    ahead = 3_600_000  # the visitor's clock, in ms
    sent = now_ms() + ahead
    chunks = [
        [{"type": 4, "timestamp": sent - 900, "data": {"href": "https://shop.example/", "width": 1440, "height": 900}},
         {"type": 2, "timestamp": sent - 890, "data": {"node": {"id": 1, "type": 0, "childNodes": []}}}],
        [{"type": 3, "timestamp": sent - 500.5, "data": {"source": 1, "text": "ü \\u0000 \ud83d"}, "delay": 3}],
    ]  # fmt: skip
    send(door, site, visitor, 0, {**PAGE, "t": sent - 1000}, t=str(sent))
    for number in (1, 0):
        body = json.dumps(chunks[number]).encode()
        query = visitor.query(site.key, number, t=str(sent))
        assert door.send(f"/c/r?{query}", gzip.compress(body) if number else body).status == 204
    stored.until_ledger(accepted=3)
    listed = stored.rows(
        "SELECT seq, blob_key, first_ms, last_ms, events FROM recording_chunks WHERE project_id = %s ORDER BY seq"
    )
    assert [row[0] for row in listed] == [0, 1]
    blobs = open_blobs(stack.settings)
    events_kept = [event for row in listed for event in json.loads(zstandard.decompress(blobs.get(row[1])))]
    chunks[1][0]["data"]["text"] = "ü \\u0000 �"  # half of a surrogate pair is no text
    assert [event["data"] for event in events_kept] == [event["data"] for chunk in chunks for event in chunk]
    times = [event["timestamp"] for event in events_kept]
    assert times == sorted(times)
    assert abs(times[-1] - (now_ms() - 500)) < 60_000
    session = stored.session(visitor.session)
    assert (session["recording_events"], session["page_views"]) == (3, 1)
    assert stored.rows("SELECT chunks, events FROM recordings WHERE project_id = %s") == [(2, 3)]
    snapshots = stored.rows("SELECT hash, width, height FROM page_snapshots WHERE project_id = %s")
    assert [row[1:] for row in snapshots] == [(1440, 900)]
    picture = json.loads(zstandard.decompress(blobs.get(f"snapshots/{site.project_id}/{snapshots[0][0]}.json.zst")))
    assert picture == {"type": 2, "timestamp": 0, "data": chunks[0][1]["data"]}


def test_retries_count_once_even_when_all_come_together(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    visitor = Visitor()
    with held(stack, *workers(stack)):
        for number in (0, 0, 2, 1, 2, 0):
            send(door, site, visitor, number, *([PAGE, CLICK] if number == 0 else [CLICK]))
    stored.until_ledger(accepted=3, duplicate=3)
    send(door, site, visitor, 1, CLICK)
    send(door, site, visitor, 3, CLICK)
    stored.until_ledger(accepted=4, duplicate=4)
    session = stored.session(visitor.session)
    assert (session["page_views"], session["clicks"]) == (1, 4)


def test_click_that_overtook_its_page_is_on_the_map(
    stack: Stack, door: Door, site: Site, stored: Stored, database: Database
) -> None:
    visitor = Visitor()
    send(door, site, visitor, 1, CLICK, {"k": "event", "t": 0, "name": "early", "props": {}})
    stored.until_ledger(accepted=1)
    send(door, site, visitor, 0, PAGE)
    stored.until_ledger(accepted=2)
    session = stored.session(visitor.session)
    assert (session["page_views"], session["clicks"], session["events"]) == (1, 1, 1)
    (page_id,) = stored.rows("SELECT page_id FROM pages WHERE project_id = %s")[0]
    found = heat_days.read(database, site.project_id, page_id, HeatKind.CLICK, session["day"], session["day"])
    assert found["count"].sum() == 1
    facts = PostgresFacts(database, open_blobs(stack.settings))
    rows = facts.read(site.project_id, session["day"], session["day"]).to_pylist()
    assert sorted((row["kind"], row["page_id"]) for row in rows) == [
        (FactKind.PAGE, page_id), (FactKind.CLICK, page_id), (FactKind.EVENT, page_id)
    ]  # fmt: skip


def test_clock_a_month_off_is_counted_and_corrected(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    wrong = now_ms() - 30 * 86_400_000
    visitor = Visitor()
    send(door, site, visitor, 0, {**PAGE, "t": wrong - 5000}, {**CLICK, "t": wrong}, t=str(wrong))
    stored.until_ledger(accepted=1, clock_skew=1)
    session = stored.session(visitor.session)
    assert session["ended_at"].timestamp() - session["started_at"].timestamp() == 5
    assert abs(session["ended_at"].timestamp() - time.time()) < 60


@pytest.mark.parametrize(
    ("channel", "body", "reason"),
    [
        ("e", b'{"e":[{"k":"nope","t":1}]}', "malformed"),
        ("e", b'{"e":"no list"}', "malformed"),
        ("e", b"{" * 100_000 + b"}", "malformed"),
        ("r", b"[1,2,3]", "malformed"),
        ("r", gzip.compress(b'[{"type":3,"timestamp":1}]')[:-6], "malformed"),
        ("r", gzip.compress(b'[{"type":3,"timestamp":1,"data":"' + b"x" * 33_600_000 + b'"}]'), "too_large"),
    ],
    ids=["unknown kind", "wrong type", "deep", "no events", "cut gzip", "gzip that opens too large"],
)
def test_bad_body_is_counted_and_buried_and_all_around_it_counts(
    stack: Stack, door: Door, site: Site, stored: Stored, channel: str, body: bytes, reason: str
) -> None:
    with held(stack, *workers(stack)):
        send(door, site, Visitor(), 0, PAGE)
        bad = door.send(f"/c/{channel}?{Visitor().query(site.key)}", body)
        assert bad.status == 204
        send(door, site, Visitor(), 0, PAGE)
    stored.until_ledger(accepted=2, **{reason: 1})
    assert stored.rows("SELECT count(*) FROM sessions WHERE project_id = %s") == [(2,)]
    letters = json.loads(stack.run("status", "--json").stdout)["dead_letters"]
    assert reason in [letter["reason"] for letter in letters["newest"]]


def test_refusals_of_the_door_reach_the_ledger(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    assert door.send(f"/c/e?{Visitor().query(site.key)}", b"no json").status == 400
    send(door, site, Visitor(), 0, PAGE)
    stored.until_ledger(accepted=1, malformed=1)


def test_refusals_of_many_projects_are_each_counted_for_their_own(stack: Stack, door: Door) -> None:
    sites = [new_site(stack) for _ in range(12)]
    for number, one in enumerate(sites, 1):
        for _ in range(number):
            assert door.send(f"/c/e?{Visitor().query(one.key)}", b"no json").status == 400
    for number, one in enumerate(sites, 1):
        Stored(stack, one).until_ledger(malformed=number)


def test_request_can_be_followed_into_the_worker(stack: Stack, door: Door, site: Site, stored: Stored) -> None:
    answer = door.send(f"/c/e?{Visitor().query(site.key)}", events())
    stored.until_ledger(accepted=1)
    log = stack.settings.var / "log" / "heatwake.log"
    line = until(
        lambda: next(
            (line for line in log.read_text().splitlines() if answer.request_id in line and "batch_committed" in line),
            "",
        ),
        "the worker's line with the request's id",
    )
    assert '"process": "worker-' in line
