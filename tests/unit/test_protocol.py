"""The wire protocol's types: what passes, what is refused and with which words, and the framing of records."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from collector import protocol, records

PAGE = {"k": "page", "t": 1, "url": "https://shop.example/", "nav": "load", "vw": 1200, "vh": 800, "dh": 3000}
CLICK = {"k": "click", "t": 2, "el": "#buy", "fx": 5000, "fy": 0, "b": [10, 20, 100, 40]}
QUERY = "v=1&k=demo1234&s=" + "0a" * 16 + "&p=" + "0b" * 6 + "&n=7&u=" + "0c" * 16 + "&t=1700000000000"


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"e": events}).encode()


def test_every_kind_is_read_as_its_own_type() -> None:
    events = protocol.decode_events(
        body(
            PAGE,
            CLICK,
            {**CLICK, "k": "tap"},
            {"k": "move", "t": 3, "m": [[0, "#a", 1, 2], [100, "#b", 3, 4]]},
            {"k": "scroll", "t": 4, "d": 80, "dh": 3000},
            {"k": "event", "t": 5, "name": "bought", "props": {"sum": 9.5, "gift": True, "note": "n", "n": 3}},
            {"k": "identify", "t": 6, "id": "u-1", "traits": {"plan": "pro"}},
            {"k": "leave", "t": 7, "d": 90, "dh": 3000, "ms": 4000},
        )
    )
    assert [type(event).__name__ for event in events] == [
        "Page",
        "Click",
        "Tap",
        "Move",
        "Scroll",
        "Custom",
        "Identify",
        "Leave",
    ]
    custom = events[5]
    assert isinstance(custom, protocol.Custom)
    assert custom.props == {"sum": 9.5, "gift": True, "note": "n", "n": 3}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"url": "x" * 2001}, "e[0].url"),
        ({"title": "x" * 301}, "e[0].title"),
        ({"ref": "x" * 2001}, "e[0].ref"),
        ({"nav": "teleport"}, "e[0].nav"),
        ({"vw": -1}, "e[0].vw"),
        ({"vw": "1200"}, "e[0].vw"),
        ({"t": 1.5}, "e[0].t"),
        ({"k": "zap"}, "e[0].k"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(protocol.ProtocolError) as caught:
        protocol.decode_events(body({**PAGE, **change}))
    assert f"`{path}`" in str(caught.value)


@pytest.mark.parametrize(
    "event",
    [
        {**CLICK, "el": "x" * 1001},
        {**CLICK, "el": ""},
        {**CLICK, "text": "x" * 81},
        {**CLICK, "fx": 10_001},
        {**CLICK, "b": [1, 2, 3]},
        {"k": "event", "t": 1, "name": "x" * 101},
        {"k": "event", "t": 1, "name": "a", "props": {"nested": {}}},
        {"k": "event", "t": 1, "name": "a", "props": {"big": 10**30}},
        {"k": "event", "t": 1, "name": "a", "props": {"long": "x" * 501}},
        {"k": "event", "t": 1, "name": "a", "props": {str(n): n for n in range(33)}},
        {"k": "identify", "t": 1, "id": "x" * 201},
    ],
)
def test_what_is_over_a_limit_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(protocol.ProtocolError, match=r"e\[0\]"):
        protocol.decode_events(body(event))


def test_unknown_fields_are_left_alone() -> None:
    assert len(protocol.decode_events(body({**CLICK, "from": "tomorrow"}))) == 1


def test_at_most_a_thousand_events() -> None:
    assert len(protocol.decode_events(body(*[CLICK] * 1000))) == 1000
    with pytest.raises(protocol.ProtocolError, match="1000"):
        protocol.decode_events(body(*[CLICK] * 1001))


@pytest.mark.parametrize("broken", [b"", b"{", b"null", b"[]", b'{"e":1}', b'{"e":' + b"[" * 100_000, b"\xff\xfe"])
def test_no_json_is_a_protocol_error(broken: bytes) -> None:
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_events(broken)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb"caf\ud83d", "caf\ufffd"),
        (rb"\ude00 half", "\ufffd half"),
        (rb"whole \ud83d\ude00", "whole \U0001f600"),
        (rb"nul \u0000", "nul \ufffd"),
        (rb"written \\u0000", "written \\u0000"),
        (rb"two \uD83D\uD83D\uDE00", "two \ufffd\U0001f600"),
    ],
)
def test_escapes_that_are_no_text_are_mended(sent: bytes, kept: str) -> None:
    (event,) = protocol.decode_events(b'{"e":[{"k":"event","t":1,"name":"' + sent + b'"}]}')
    assert isinstance(event, protocol.Custom)
    assert event.name == kept


def test_a_chunk_is_read_plain_and_gzipped() -> None:
    plain = json.dumps([{"type": 4, "timestamp": 1700000000000, "data": {"href": "x"}}]).encode()
    for sent in (plain, gzip.compress(plain)):
        (event,) = protocol.decode_chunk(protocol.opened(sent))
        assert (event.type, event.timestamp, bytes(event.data)) == (4, 1700000000000, b'{"href": "x"}')


def test_a_gzip_bomb_is_not_opened() -> None:
    with pytest.raises(protocol.TooLarge):
        protocol.opened(gzip.compress(b" " * (protocol.MAX_OPENED_BYTES + 1)))


def test_a_cut_off_gzip_is_refused() -> None:
    whole = gzip.compress(b"[1, 2, 3]" * 100)
    for damaged in (whole[:-5], whole + b"more", b"\x1f\x8bnot gzip"):
        with pytest.raises(protocol.ProtocolError):
            protocol.opened(damaged)


def test_a_query_is_read() -> None:
    query = protocol.parse_query(QUERY.encode())
    assert query == protocol.Query("demo1234", "0a" * 16, 0x0B0B0B0B0B0B, 7, "0c" * 16, 1_700_000_000_000)


def test_order_and_unknown_arguments_do_not_matter() -> None:
    turned = "&".join(["x=1", *reversed(QUERY.split("&")), "utm=2"])
    assert protocol.parse_query(turned.encode()) == protocol.parse_query(QUERY.encode())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("v=1", "v=2", "argument v"),
        ("k=demo1234", "k=Demo1234", "argument k"),
        ("k=demo1234", "k=short", "argument k"),
        ("s=0a", "s=0A", "argument s"),
        ("p=0b", "p=", "argument p"),
        ("n=7", "n=1000000", "argument n"),
        ("n=7", "n=-1", "argument n"),
        ("t=1", "t=x", "argument t"),
        ("&n=7", "", "argument n is missing"),
        ("n=7", "n=7&n=8", "argument n is there twice"),
    ],
)
def test_a_wrong_query_argument_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(protocol.ProtocolError, match=named):
        protocol.parse_query(QUERY.replace(old, new, 1).encode())


ONE = records.Record("e", 3, 9, 1_700_000_000_000, "00ff00ff00ff00ff", b"Mozilla\n", QUERY.encode(), b'{"e":[\n]}')
TWO = records.Record("r", 3, 9, 1_700_000_000_001, "00ff00ff00ff0100", b"", b"", b"\x1f\x8b\n\x00 e 1 2 3\n")


def test_records_are_read_as_they_were_framed() -> None:
    assert records.records(records.framed(ONE) + records.framed(TWO)) == [ONE, TWO]
    assert records.records(b"") == []


@pytest.mark.parametrize(
    "damage", [b"x 1 2 3", b"e 1 2 3 id 5 5 5\nshort", b"e 1 2 3 id -1 0 0\n", b"e 1 2\n", b"\xff\n"]
)
def test_damage_gives_what_was_read_before_and_the_rest(damage: bytes) -> None:
    with pytest.raises(records.FramingError) as caught:
        records.records(records.framed(ONE) + damage)
    assert caught.value.records == [ONE]
    assert caught.value.rest == damage


def test_counts_of_the_door_are_read() -> None:
    counts = records.Record("d", 7, 0, 1, "0" * 16, b"", b"", b"malformed 3 900\ntoo_large 1 300000\nreceived 2 40 9\n")
    assert records.door_counts(counts) == [
        (7, "malformed", 3, 900),
        (7, "too_large", 1, 300_000),
        (9, "received", 2, 40),
    ]
    for body, says in ((b"malformed three 900\n", "three"), (b"received 1 2 3 4\n", "5 words")):
        with pytest.raises(ValueError, match=says):
            records.door_counts(counts._replace(body=body))
