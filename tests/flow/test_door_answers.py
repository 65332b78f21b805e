"""Every answer of the collector's door, as docs/protocol.md lists them, asked of the running edge."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site
from event_records import held, records_of, until_refused, workers
from running_stack import Stack

from heatwake.settings import ROOT

CHUNK = b'[{"type":4,"timestamp":1,"data":{}}]'


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


@pytest.fixture(scope="module")
def site(stack: Stack) -> Site:
    return new_site(stack)


def test_answers_are_those_of_the_protocol(stack: Stack, door: Door, site: Site) -> None:
    table = (ROOT / "docs" / "protocol.md").read_text().split("### Answers")[1].split("###")[0]
    documented = {int(row[1]): row[2] for row in re.finditer(r"^\| (\d{3}) \|([^|]*)\|", table, re.M)}
    assert set(documented) == {204, 400, 403, 404, 405, 413, 429, 503}
    query, limit = Visitor().query(site.key), stack.settings.collector.body_limit_events
    asked = {
        204: door.send(f"/c/e?{query}", events()),
        400: door.send(f"/c/e?{query}", b"no json"),
        403: door.send(f"/c/e?{query}", events(), headers={"Origin": "https://elsewhere.example"}),
        404: door.send(f"/c/e?{Visitor().query('0' * 16)}", events()),
        405: door.send(f"/c/e?{query}", events(), method="PUT"),
        413: door.send(f"/c/e?{query}", b"{" + b" " * limit + b"}"),
    }
    for status, answer in asked.items():
        assert answer.status == status
        assert re.fullmatch("[0-9a-f]{16}", answer.request_id)
        assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]
        assert answer.code in documented[status] if answer.code else status == 204
        if answer.code:
            assert answer.headers["Content-Type"] == "application/json"
            assert json.loads(answer.body)["error"]["message"]
    assert asked[405].headers["Allow"] == "POST, OPTIONS"
    assert len({answer.request_id for answer in asked.values()}) == len(asked)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"v": None}, "query argument v is missing"),
        ({"v": "2"}, "query argument v must be 1"),
        ({"k": None}, "query argument k is missing"),
        ({"k": "short"}, "query argument k must be"),
        ({"k": "../../../../etc/"}, "query argument k must be"),
        ({"k": "abcdefgh?x=12345"}, "query argument k must be"),
        ({"k": "0123456789ABCDEF"}, "query argument k must be"),
        ({"s": None}, "query argument s is missing"),
        ({"s": "g" * 32}, "query argument s must be"),
        ({"s": "a" * 31}, "query argument s must be"),
        ({"s": "A" * 32}, "query argument s must be"),
        ({"p": "%00" * 4}, "query argument p must be"),
        ({"p": "a" * 13}, "query argument p must be"),
        ({"n": "-1"}, "query argument n must be"),
        ({"n": "1000000"}, "query argument n must be"),
        ({"n": "1x"}, "query argument n must be"),
        ({"n": ""}, "query argument n must be"),
        ({"u": ""}, "query argument u must be"),
        ({"u": "b" * 33}, "query argument u must be"),
        ({"t": "1e12"}, "query argument t must be"),
        ({"t": "1" * 15}, "query argument t must be"),
        ({"t": None}, "query argument t is missing"),
        ({"x": "&n=1"}, "query argument n is there twice"),
        ({"x": "y" * 1100}, "longer than 1024"),
    ],
)
def test_wrong_query_is_named(door: Door, site: Site, changes: dict[str, Any], says: str) -> None:
    for path, body in (("/c/e", events()), ("/c/r", CHUNK)):
        answer = door.send(f"{path}?{Visitor().query(site.key, **changes)}", body)
        assert (answer.status, answer.code) == (400, "malformed")
        assert says in json.loads(answer.body)["error"]["message"]


def test_request_without_query_or_body_is_malformed(door: Door, site: Site) -> None:
    for path in ("/c/e", "/c/e?", "/c/r?&&&", f"/c/e?{Visitor().query(site.key)}"):
        assert door.send(path).status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/c/e", b"[]"),
        ("/c/e", b'"text"'),
        ("/c/e", b"{"),
        ("/c/e", b"}"),
        ("/c/e", gzip.compress(b"{}")),
        ("/c/r", b"{}"),
        ("/c/r", b"["),
        ("/c/r", b"\x1f\x8b"),
        ("/c/r", b"\x1f"),
    ],
)
def test_body_that_can_be_none_of_ours_is_refused_at_the_door(door: Door, site: Site, path: str, body: bytes) -> None:
    answer = door.send(f"{path}?{Visitor().query(site.key)}", body)
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/c/e", events(), 204, ""),
        ("/c/r", CHUNK, 204, ""),
        ("/c/r", gzip.compress(CHUNK), 204, ""),
        ("/c/e", b'{"e":[,]}', 400, "malformed"),
        ("/c/e", b'{"e":[]}', 400, "length"),
        ("/c/e", events({**CLICK, "fx": "far"}), 400, "e[0].fx"),
        ("/c/e", events(PAGE, {**CLICK, "fy": 10_001}), 400, "e[1].fy"),
        ("/c/e", events({**PAGE, "url": "x" * 2_001}), 400, "e[0].url"),
        ("/c/e", events({**CLICK, "k": "unheard"}), 400, "unheard"),
        ("/c/e", b'{"e":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, ""),
        ("/c/r", b'[{"type":"x"}]', 400, "[0].type"),
        ("/c/r", gzip.compress(b"[1]"), 400, "[0]"),
        ("/c/r", gzip.compress(CHUNK)[:-4], 400, "gzip"),
        ("/c/r", gzip.compress(b"[" + b" " * 34_000_000 + b"]"), 413, "opens to more than"),
    ],
)
def test_json_of_a_client_is_checked_to_the_last_field(
    door: Door, site: Site, path: str, body: bytes, status: int, says: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = door.send(f"{path}?{Visitor().query(site.key)}", body, headers=headers)
    assert answer.status == status
    if says:
        assert says in json.loads(answer.body)["error"]["message"]


def test_preflight_of_a_browser_is_answered(door: Door, site: Site) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = door.send(f"/c/e?{Visitor().query(site.key)}", method="OPTIONS", headers=asks)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert int(answer.headers["Access-Control-Max-Age"]) > 600


def test_origin_decides_only_where_a_site_names_some(stack: Stack, door: Door) -> None:
    site = new_site(stack, "https://shop.example")
    for origin, status in [
        ("https://shop.example", 204),
        ("http://shop.example", 403),
        ("https://shop.example.evil.example", 403),
        ("null", 403),
        (None, 403),
    ]:
        answer = door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers={"Origin": origin})
        assert answer.status == status, origin
    anyone = new_site(stack)
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        connection.execute("UPDATE sites SET origins = '{}' WHERE site_key = %s", (anyone.key,))
    for origin in ("https://any.example", None):
        assert door.send(f"/c/e?{Visitor().query(anyone.key)}", events(), headers={"Origin": origin}).status == 204


def test_site_that_is_switched_off_is_unknown(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        connection.execute("UPDATE sites SET enabled = false WHERE site_key = %s", (site.key,))
    answer = door.send(f"/c/e?{Visitor().query(site.key)}", events())
    assert (answer.status, answer.code) == (404, "unknown_site")
    assert door.get(f"/h/{site.key}.js").status == 404


SCROLL = b'{"k" : "scroll","t":1,"d":1,"dh":1}'
QUOTED = b'{"k":"event","t":1,"name":"\\"{[","props":{"a":"}{\\\\","k":"v"}}'


@pytest.mark.parametrize("event", [SCROLL, QUOTED])
@pytest.mark.parametrize("number", [1_000, 1_001])
def test_a_body_takes_a_thousand_events(door: Door, site: Site, event: bytes, number: int) -> None:
    answer = door.send(f"/c/e?{Visitor().query(site.key)}", b'{"e":[' + b",\n".join([event] * number) + b"]}")
    assert (answer.status, answer.code) == ((204, "") if number == 1_000 else (413, "too_many_events"))


@pytest.mark.parametrize(
    "inside", [b"[" * 30_000, b"]" * 30_000, b'"' + b"\\" * 30_000, b"{" * 30_000, b"\x00\xff" * 20_000]
)
def test_large_body_that_is_no_json_is_looked_through_without_harm(stack: Stack, door: Door, inside: bytes) -> None:
    site = new_site(stack)
    assert door.send(f"/c/e?{Visitor().query(site.key)}", b"{" + inside + b"}").status == 204


def test_other_paths_below_the_collector_are_not_the_dashboard(door: Door) -> None:
    assert door.get("/internal/sites?keys=0123456789abcdef").status == 404
    assert door.get("/internal/check/e").status == 404


def test_connection_goes_on_after_every_refusal(door: Door, stack: Stack, site: Site) -> None:
    limit = stack.settings.collector.body_limit_events
    bodies = [b"no json", b"{" + b" " * limit + b"}", b"{}" * 1000, b""]
    for body in bodies:
        assert door.send(f"/c/e?{Visitor().query('0' * 16)}", body).status in (404, 413)
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204


def test_each_refusal_is_counted_with_its_bytes_and_its_project(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    query, limit = Visitor().query(site.key), stack.settings.collector.body_limit_events
    large = b"{" + b" " * limit + b"}"
    with held(stack, *workers(stack)):
        for _ in range(3):
            assert door.send(f"/c/e?{query}", b"no json").status == 400
        assert door.send(f"/c/r?{query}", b"").status == 400
        assert door.send(f"/c/e?{query}", large).status == 413
        assert door.send(f"/c/e?{query}", b"{}", headers={"Origin": "https://elsewhere.example"}).status == 403
        wanted = {"malformed": (4, 3 * len(b"no json")), "too_large": (1, len(large)), "origin_blocked": (1, 2)}
        until_refused(stack, site.project_id, wanted)
        assert all(shard == 0 and not record.ua for shard, record in records_of(stack, site.project_id))


def test_spooled_body_over_the_limit_and_one_without_length_are_too_large(stack: Stack, door: Door, site: Site) -> None:
    limit = stack.settings.collector.body_limit_recording
    query = Visitor().query(site.key)
    assert door.send(f"/c/r?{query}", b"[" + b" " * (limit - 2) + b"]").status == 204
    assert door.send(f"/c/r?{query}", b"[" + b" " * limit + b"]").status == 413
    pieces = [b"[", *[b" " * 65_536] * (limit // 65_536), b"]"]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    headers = {"Transfer-Encoding": "chunked", "Content-Length": None}
    answer = door.send(f"/c/r?{query}", chunked, headers=headers)
    assert (answer.status, answer.code) == (413, "too_large")
