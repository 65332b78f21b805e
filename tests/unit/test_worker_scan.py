"""The quick reader of records against the worker's own decoder, the authority: what is read is the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.visitors import Visitors
from collector.records import Record, framed
from collector.worker import scan_library
from collector.worker.decode import Decoded, Decoding, unpacked
from collector.worker.flat import FRACTION_MASK, FX_SHIFT, KIND_MASK, KIND_SHIFT, Columns
from collector.worker.names import NUMBER_SHIFT, Met
from collector.worker.scan import Reader, Scan
from collector.worker.scan_library import LIBRARY, SOURCES, STAMP, NativeBatch, library
from storage.event_stream import Entry
from storage.facts import FactKind
from storage.heat import HEAT_OF_FACT
from storage.naming import Named

AT = 1_800_000_000_000
QUERY = f"v=1&k=abcdefgh&s={'5e' * 16}&p=0000000000ff&n=3&u={'0b' * 16}&t={AT}".encode()
PAGE = {"k": "page", "t": AT, "url": "https://shop.example/a", "nav": "load", "vw": 1280, "vh": 800, "dh": 2400}
CLICK = {"k": "click", "t": AT, "el": "#buy", "fx": 5000, "fy": 10_000, "b": [-1, 2, 3, 4], "text": "Buy"}
MOVE = {"k": "move", "t": AT, "m": [[0, "#buy", 1, 2], [110, "main > a", 3, 4]]}
CUSTOM = {"k": "event", "t": AT, "name": "bought", "props": {"price": 19.99, "now": True, "of": "a"}}


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def record(body: bytes, query: bytes = QUERY, channel: str = "e", project_id: int = 1, received_ms: int = AT) -> bytes:
    return framed(Record(channel, project_id, 2, received_ms, "00ff" * 4, b"Agent/1", query, body))


def body_of(*events: Any) -> bytes:
    return compact({"e": events}).encode("utf-8", "surrogatepass")


def scanned(*entries: bytes, reader: Reader | None = None) -> Scan:
    scan = Scan(reader or Reader(library()))
    for number, payload in enumerate(entries):
        scan.take(number % 3, Entry(f"7-{number}", payload))
    return scan


def decoded(*entries: bytes) -> Decoded:
    """As the worker's own decoder reads them."""
    decoding = Decoding(Columns())
    damaged = []
    for number, payload in enumerate(entries):
        found, damage = unpacked(number % 3, f"7-{number}", payload)
        for one in found:
            decoding.add(one)
        damaged += [damage] if damage else []
    decoding.bad[:0] = damaged
    return decoding.end()


def labels(met: Met) -> dict[Named, set[str]]:
    """Those that were told of each name. Which of them is the first is told within each way of reading."""
    found: dict[Named, set[str]] = {}
    for number, label in met.labels.items():
        found.setdefault(met.name(number >> NUMBER_SHIFT), set()).add(label)
    return found


def told(found: Decoded) -> Any:
    """All that a batch holds, by name and value."""
    rows = found.columns.rows()
    elements, event_names = found.columns.elements, found.columns.event_names
    boxes = iter(rows.boxes.tolist())
    labelled = labels(elements)

    def name(met: Met, code: int) -> Any:
        number = code >> NUMBER_SHIFT
        return met.name(number), met.name(number) in labelled

    def point(code: int) -> Any:
        return code >> FX_SHIFT & FRACTION_MASK, code & FRACTION_MASK

    facts = []
    for row, (at, code) in enumerate(zip(rows.times.tolist(), rows.codes.tolist(), strict=True)):
        kind = code >> KIND_SHIFT & KIND_MASK
        named = event_names if kind == FactKind.EVENT else elements if kind in HEAT_OF_FACT else None
        box = next(boxes) if named is elements else None
        facts.append((at, kind, name(named, code) if named else None, point(code), box, found.columns.props.get(row)))
    moves = [(name(elements, code), point(code)) for code in rows.moves.tolist()]
    requests = []
    for one in found.requests:
        fields = {field: getattr(one, field) for field in one.__struct_fields__ if field != "summary"}
        requests.append((fields, one.source, one.record, one.ua, one.body, one.body_bytes))
        if one.summary:
            summary = {field: getattr(one.summary, field) for field in one.summary.__struct_fields__}
            first_row, past_row, first_move, past_move, page_row = (
                summary.pop(field) for field in ("first_row", "past_row", "first_move", "past_move", "page_row")
            )
            begun = facts[page_row] if one.summary.page else None
            requests.append((summary, facts[first_row:past_row], moves[first_move:past_move], begun))
    return requests, found.counts, found.bad


def same(*entries: bytes) -> None:
    reader = Reader(library())
    assert told(scanned(*entries, reader=reader).decoded()) == told(decoded(*entries))
    assert reader.begin(), "the quick reader gave up, and the decoder was compared with itself"


def how_many_quickly(*entries: bytes) -> int:
    return scanned(*entries).quickly


def test_requests_of_the_tracker_are_read_quickly_and_alike() -> None:
    entries = [payload for _, _, payload in Visitors(50, 3, AT).entries(400)]
    same(*entries)
    assert how_many_quickly(*entries) == 400
    assert labels(scanned(*entries).decoded().columns.elements) == labels(decoded(*entries).columns.elements)


@pytest.mark.parametrize(
    "event",
    [
        PAGE,
        {**PAGE, "title": 'Schöne "Schuhe" — 靴 👟\n', "ref": "", "sw": 1, "lang": "de-CH", "tz": "Europe/Zurich"},
        CLICK,
        {**CLICK, "k": "tap", "text": "back\\slash / and 😀"},
        {**CLICK, "k": "rage"},
        {**CLICK, "k": "dead"},
        {**CLICK, "k": "error"},
        {**CUSTOM, "name": "$error"},
        MOVE,
        {**MOVE, "m": []},
        CUSTOM,
        {**CUSTOM, "props": {}},
        {**CUSTOM, "props": {"a": -1, "b": 2**53, "c": 0.5, "d": -123.25, "ü": 'q"\\\n', "f": False}},
        {"k": "event", "name": "no properties", "t": AT},
        {"k": "scroll", "t": AT, "d": 100, "dh": 0},
        {"k": "leave", "t": AT, "d": 0, "dh": 9, "ms": 2_000_000_000},
    ],
)
def test_what_the_tracker_writes_of_an_event_is_read_quickly(event: Any) -> None:
    entry = record(body_of(event, CLICK))
    same(entry)
    assert how_many_quickly(entry) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"e":[]}',
        b'{"e":[{}]}',
        body_of(PAGE)[:-1],
        body_of(PAGE) + b" ",
        json.dumps({"e": [PAGE]}).encode(),  # with white space
        body_of({**PAGE, "more": 1}),
        body_of({**PAGE, "vw": 1.0}),
        body_of({**PAGE, "vw": -0.0}),
        body_of(PAGE).replace(b"1280", b"01280"),
        body_of(PAGE).replace(b"1280", b"1e2"),
        body_of(PAGE).replace(b'"vw":', b'"vw":7,"vw":'),
        body_of({**PAGE, "url": ""}),
        body_of({**PAGE, "url": "a" * 2_001}),
        body_of({**PAGE, "url": "ä" * 2_000}),
        body_of({**PAGE, "title": "\ud83d"}),
        body_of(PAGE).replace(b"shop", b"s\\u0068op"),
        body_of(PAGE).replace(b"shop", b"s\\hop"),
        body_of(PAGE).replace(b"shop", b"s\x00op"),
        body_of(PAGE).replace(b"shop", b"s\xffop"),
        body_of(PAGE).replace(b"shop", b"s\xed\xa0\x80op"),
        body_of({**PAGE, "nav": "reload"}),
        body_of({key: value for key, value in PAGE.items() if key != "dh"}),
        body_of({**CLICK, "b": [1, 2, 3]}),
        body_of({**CLICK, "b": [1, 2, -3, 4]}),
        body_of({**CLICK, "fx": 10_001}),
        body_of({**CLICK, "t": 10**14}),
        body_of({**CLICK, "el": ""}),
        body_of({**CLICK, "text": "a" * 81}),
        body_of({**CLICK, "text": None}),
        body_of({**MOVE, "m": [[0, "#buy", 1]]}),
        body_of({**MOVE, "m": [[0, "#buy", 1, 2]] * 2_001}),
        body_of({**CUSTOM, "props": {"": 1}}),
        body_of({**CUSTOM, "props": {"a": None}}),
        body_of({**CUSTOM, "props": {"a": 2**53 + 1}}),
        body_of({**CUSTOM, "props": {str(n): n for n in range(33)}}),
        body_of(CUSTOM).replace(b"19.99", b"19.990"),
        body_of(CUSTOM).replace(b"19.99", b"0.0000001"),
        body_of(CUSTOM).replace(b"19.99", b"1234567890.1234567"),
        body_of(CUSTOM).replace(b"19.99", b"1e999"),
        body_of(CUSTOM).replace(b"19.99", b"-0"),
        body_of(CUSTOM).replace(b"19.99", b"-0.5"),
        body_of(CUSTOM).replace(b"19.99", b'"a\\/b"'),
        body_of(CUSTOM).replace(b'"now"', b'"price"'),
        body_of({"k": "identify", "t": AT, "id": "7", "traits": {"plan": "pro"}}),
        body_of({"k": "other", "t": AT}),
        body_of(*[CLICK] * 1_000),
        body_of(*[CLICK] * 1_001),
        b"[" * 100_000,
    ],
)
def test_what_is_written_otherwise_is_judged_by_the_decoder(body: bytes) -> None:
    # Around it stand good ones: what an unusable record holds must not show in them.
    same(
        record(body_of(PAGE, MOVE)) + record(body) + record(body_of(CLICK, CUSTOM)), record(body), record(body_of(MOVE))
    )


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        record(body_of(PAGE), query=QUERY.replace(b"v=1", b"v=2")),
        record(body_of(PAGE), query=QUERY + b"&x=1"),
        record(body_of(PAGE), query=QUERY.replace(b"n=3", b"n=1234567")),
        record(body_of(PAGE), query=b"&".join(reversed(QUERY.split(b"&")))),
        record(body_of(PAGE), project_id=0),
        record(body_of(PAGE), project_id=2**62),
        record(body_of(PAGE), received_ms=0),
        record(body_of(PAGE), received_ms=10**14),
        record(b'[{"type":4,"timestamp":1}]', channel="r"),
        record(b"received 2 40 9\nmalformed 1 1\n", channel="d"),
        record(body_of(PAGE), channel="x"),
        record(body_of(PAGE))[:-1],
        record(body_of(PAGE)).replace(b" 1 2 ", b" +1 2 "),
        record(body_of(PAGE)).replace(b" 1 2 ", b" 1_0 2 "),
        record(body_of(PAGE)).replace(b" 1 2 ", b" 99999999999999999999 2 "),
        record(body_of(PAGE)).replace(b" 7 ", b" 99999999999999999999 "),
        record(body_of(PAGE)).replace(b" 7 ", b" -7 "),
        record(body_of(PAGE)).replace(b" 1 2 ", b" 01 2 "),
        record(body_of(PAGE)).replace(b" 1 2 ", b" 1 " + b"0" * 170 + b"2 "),  # beyond the decoder's limit
        record(b"{}").replace(b" 1 2 ", b" 1 " + b"0" * 170 + b"2 "),
        record(body_of(PAGE)).replace(b"00ff" * 4, b"00FF" * 4),
        b"e 1 2",
        b"\n" * 300,
    ],
)
def test_framing_and_queries_of_another_form_are_judged_by_the_decoder(entry: bytes) -> None:
    same(record(body_of(PAGE)) + entry + record(body_of(CLICK)), entry, record(body_of(MOVE)))


texts = st.text(st.characters(codec="utf-8"), max_size=90) | st.sampled_from(['"', "\\", "/", "😀", "\n", "\x7f"])
wholes = st.integers(-5, 20_000) | st.integers(-(2**64), 2**64)
numbers = wholes | st.floats() | st.decimals(-1000, 1000, places=2).map(float)
anything = st.none() | st.booleans() | numbers | texts | st.lists(wholes, max_size=5)
members = st.sampled_from(sorted({*PAGE, *CLICK, *MOVE, *CUSTOM, "title", "ms", "d", "x"}))
events = st.builds(
    lambda event, changes: {**event, **changes},
    st.sampled_from([PAGE, CLICK, {**CLICK, "k": "dead"}, MOVE, CUSTOM, {"k": "scroll", "t": AT, "d": 5, "dh": 100}]),
    st.dictionaries(members, anything, max_size=2)
    | st.fixed_dictionaries({"props": st.dictionaries(texts, anything, max_size=4)})
    | st.fixed_dictionaries({"m": st.lists(st.tuples(wholes, texts, wholes, wholes), max_size=3)})
    | st.fixed_dictionaries({"el": texts, "text": texts}),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(events, min_size=1, max_size=4), max_size=4), st.booleans())
def test_made_up_events_are_read_alike(bodies: list[list[Any]], ascii_only: bool) -> None:
    dumped = [json.dumps({"e": one}, ensure_ascii=ascii_only, separators=(",", ":")) for one in bodies]
    same(b"".join(record(one.encode()) for one in dumped))


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 10**6), st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"}", b",", b"0", b" ", b"\n"]))
@example(0, b"")
def test_damaged_entries_are_read_alike(at: int, instead: bytes) -> None:
    whole = record(body_of(PAGE, MOVE)) + record(body_of(CLICK, CUSTOM)) + record(b"received 1 1 1\n", channel="d")
    at %= len(whole)
    same(whole[:at] + instead + whole[at + 1 :], whole)


def test_batch_is_read_again_without_a_poisoned_record() -> None:
    scan = scanned(record(body_of(PAGE)) + record(body_of(CLICK)), record(body_of(MOVE)))
    first = scan.decoded()
    assert [one.source for one in scan.decoded({"0/7-0/0"}).requests] == ["0/7-0/1", "1/7-1/0"]
    assert told(scan.decoded()) == told(first)


def test_batch_that_the_quick_reader_fails_with_is_read_by_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [record(body_of(PAGE, CLICK)) + record(b"{}"), record(body_of(MOVE)) + record(body_of(MOVE))[:-1]]
    monkeypatch.setattr(NativeBatch, "column", lambda *_: bytes(8))  # no column has what it should
    reader = Reader(library())
    first, second = Scan(reader), Scan(reader)
    for number, payload in enumerate(entries):
        first.take(number % 3, Entry(f"7-{number}", payload))
    assert told(first.decoded()) == told(decoded(*entries))
    assert (first.size, len(first.records())) == (3, 3)
    second.take(0, Entry("7-0", entries[0]))
    assert told(second.decoded()) == told(decoded(entries[0]))
    assert reader.begin() is None


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sources and what was built from them, in another folder."""
    sources = tmp_path / "scan"
    shutil.copytree(SOURCES, sources)
    monkeypatch.setattr(scan_library, "SOURCES", sources)
    monkeypatch.setattr(scan_library, "LIBRARY", sources / "built" / LIBRARY.name)
    monkeypatch.setattr(scan_library, "STAMP", sources / "built" / STAMP.name)
    return sources


def test_library_of_other_sources_is_not_loaded(copied: Path) -> None:
    assert library.__wrapped__() is not None
    with (copied / "batch.rs").open("a") as file:
        file.write("// of another version\n")
    assert library.__wrapped__() is None


@pytest.mark.parametrize("left", [b"", b"\x7fELF\x02\x01\x01"])
def test_library_that_was_cut_off_is_not_loaded(copied: Path, left: bytes) -> None:
    (copied / "built" / LIBRARY.name).write_bytes(left)
    assert library.__wrapped__() is None
