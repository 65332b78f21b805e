"""A recording as a pack: every byte of every event is there again, whatever it was, and what is damaged is refused."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.recording_pack import (
    LONG,
    SEGMENT,
    BadPack,
    Contents,
    LooseChunk,
    Packed,
    PackedChunk,
    completed,
    dictionary_of,
    events_of,
    lengthened,
    naming,
    pack,
    shortened,
    unpack,
)

TEXTS = st.text(max_size=40) | st.sampled_from(
    ['"id":~', '{"id":5}', "\\", '\\"', "\x01" + "a" * 40, "\x00", "~", '"timestamp":1764342000123', "é\u2028😀"]
)
LONG_TEXTS = st.sampled_from(['"\\' * LONG, "a" * LONG, "a" * (LONG - 1), "b\\" * LONG, "é" * LONG])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | LONG_TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "timestamp", "node", "text", "childNodes", ""]), inner, max_size=4)
    ),
    max_leaves=12,
)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def event(type: int, at: int, **data: Any) -> bytes:
    return encoded({"type": type, "timestamp": at, "data": data})


def page(first_id: int, at: int, css: str = "a{}" * LONG) -> list[bytes]:
    cells = [{"type": 3, "textContent": f"cell {number}", "id": first_id + number} for number in range(2, 400)]
    sheet = {"type": 2, "tagName": "style", "attributes": {"_cssText": css}, "id": first_id + 1, "childNodes": []}
    return [
        event(4, at, href="https://shop.example/", width=1280, height=720),
        event(2, at, node={"type": 0, "id": first_id, "childNodes": [sheet, *cells]}),
        event(3, at + 900, source=1, positions=[{"x": 1, "y": 2, "id": first_id + 7}]),
    ]


def whole(made: Packed, contents: Contents | None = None, dictionary: bytes | None = None) -> list[bytes]:
    contents = contents or made.contents
    return [
        one
        for segment in contents.segments
        for one in events_of(
            b"["
            + unpack(made.data[segment.offset : segment.offset + segment.length], dictionary, made.strings.get)
            + b"]"
        )
    ]


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_every_event_is_whole_again(values: list[Any]) -> None:
    events = [b'{"type":3,"timestamp":1764342000%03d,"data":%b}' % (n, encoded(one)) for n, one in enumerate(values)]
    text = b",".join(events)
    strings: dict[str, bytes] = {}
    kept = shortened(text, strings, set())
    assert lengthened(kept, strings.get) == text
    made = pack([LooseChunk(1, 0, 5, 9, events)])
    assert whole(made) == events


def test_each_full_snapshot_begins_a_segment_that_can_be_read_alone() -> None:
    first, second, other = page(1, 1_764_342_000_000), page(500, 1_764_342_060_000), page(1, 1_764_342_030_000)
    chunks = [
        LooseChunk(7, 0, 100, 190, first),
        LooseChunk(8, 0, 130, 139, other),
        LooseChunk(7, 2, 200, 290, second[:2]),
        LooseChunk(7, 3, 291, 299, second[2:]),
    ]
    made = pack(chunks)
    assert [(one.page_view, one.alone, one.events) for one in made.contents.segments] == [
        (7, True, 3),
        (7, True, 3),
        (8, True, 3),
    ]
    assert [(one.first_ms, one.last_ms) for one in made.contents.segments] == [(100, 190), (200, 299), (130, 139)]
    assert whole(made) == [*first, *second, *other]
    assert len(made.strings) == 1, "a stylesheet is kept once"
    assert len(made.data) < sum(map(len, [*first, *second, *other])) / 20


def test_long_page_view_is_cut_into_segments() -> None:
    events = [event(3, 1_764_342_000_000 + n, source=0, text="word " * 100) for n in range(3 * SEGMENT // 500)]
    made = pack([LooseChunk(1, 0, 1, 2, events)])
    assert [one.alone for one in made.contents.segments] == [True] + [False] * (len(made.contents.segments) - 1)
    assert len(made.contents.segments) > 2
    assert whole(made) == events


def test_contents_go_through_json() -> None:
    described = [PackedChunk(1, 0, 900, 3, 1, 2, -5, "1:idle", "1", "strict")]
    made = pack([LooseChunk(1, 0, 1, 2, page(1, 1_764_342_000_000))], described=described)
    assert made.contents.chunks == described
    assert msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(made.contents))), Contents) == made.contents


def test_dictionary_holds_nothing_that_only_one_visitor_saw() -> None:
    visits = {}
    for visitor in ("ann", "bob", "cy"):
        seen = [*page(1, 1_764_342_000_000), event(2, 5, node={"type": 3, "textContent": f"Hello {visitor}", "id": 4})]
        visits[visitor] = [shortened(b",".join(seen), {}, set())]
    made = dictionary_of(visits)
    assert b"cell 7" in made
    assert b"Hello" not in made
    assert dictionary_of({"ann": visits["ann"] * 3}) == b""
    events = page(1, 1_764_342_500_000)
    small, plain = pack([LooseChunk(1, 0, 1, 2, events)], made), pack([LooseChunk(1, 0, 1, 2, events)])
    assert len(small.data) < len(plain.data) / 3
    assert whole(small, dictionary=made) == events


def test_damage_and_a_wrong_dictionary_are_refused() -> None:
    dictionary = shortened(b",".join(page(1, 1_764_342_900_000)), {}, set())
    made = pack([LooseChunk(1, 0, 1, 2, page(1, 1_764_342_000_000))], dictionary)
    middle = len(made.data) // 2
    for data in (made.data[:-3], made.data[:middle] + b"\x00\x01" + made.data[middle + 2 :], b""):
        with pytest.raises(BadPack):
            unpack(data, dictionary, made.strings.get)
    with pytest.raises(BadPack):
        unpack(made.data, dictionary[::-1], made.strings.get)
    with pytest.raises(BadPack, match="no JSON"):
        pack([LooseChunk(1, 0, 1, 2, [b'{"data":"\x01"}'])])


def test_string_that_a_tracker_only_named_is_told_from_what_is_kept() -> None:
    hashed = "0123456789" * 4
    sent = encoded({"type": 2, "data": {"_cssText": f"\x01{hashed}"}})
    assert completed(sent, {hashed: b"a{}"}.get) == b'{"type":2,"data":{"_cssText":"a{}"}}'
    made = pack([LooseChunk(1, 0, 1, 2, [sent])])
    assert made.contents.strings == [hashed]
    assert (naming(made.contents, {hashed}).strings, naming(made.contents, {hashed}).missing) == ([hashed], 0)
    assert (naming(made.contents, set()).strings, naming(made.contents, set()).missing) == ([], 1)
    segment = made.contents.segments[0]
    frame = made.data[segment.offset : segment.offset + segment.length]
    assert unpack(frame, None, {hashed: b"a{}"}.get) == b'{"type":2,"data":{"_cssText":"a{}"}}'
    assert unpack(frame, None, {}.get) == sent, "a string that is not there stays a name"
