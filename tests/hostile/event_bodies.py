"""Bodies of `/c/e` that are wrong in one of many ways, or only look so; each kind of event, each of its fields."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from strange_values import STRANGE, paths, put, renamed

EVENTS: list[dict[str, Any]] = [
    {
        "k": "page",
        "t": 1,
        "url": "https://shop.example/a?b=c#d",
        "title": "A",
        "ref": "https://x.example/",
        "nav": "load",
        "vw": 1280,
        "vh": 800,
        "dh": 2400,
        "sw": 1920,
        "lang": "de",
        "tz": "Europe/Berlin",
    },
    {"k": "click", "t": 2, "el": "#buy", "fx": 5000, "fy": 5000, "b": [10, 20, 100, 40], "text": "Buy"},
    {"k": "tap", "t": 3, "el": "main > a:nth-of-type(2)", "fx": 0, "fy": 10000, "b": [-10, 0, 0, 0], "text": ""},
    {"k": "move", "t": 4, "m": [[0, "#a", 1, 2], [100, "#b", 3, 4]]},
    {"k": "scroll", "t": 5, "d": 100, "dh": 2400},
    {"k": "event", "t": 6, "name": "bought", "props": {"price": 9.5, "kind": "x", "new": True, "n": 3}},
    {"k": "identify", "t": 7, "id": "u1", "traits": {"plan": "pro", "seats": 4}},
    {"k": "leave", "t": 8, "d": 50, "dh": 2400, "ms": 12000},
]


def right(chance: random.Random) -> dict[str, Any]:
    """A body that is right, with one to eight events."""
    return {"e": [json.loads(json.dumps(one)) for one in chance.sample(EVENTS, chance.randint(1, 8))]}


def _strange(chance: random.Random) -> bytes:
    whole = right(chance)
    return put(whole, chance.choice(paths(whole)), chance.choice(STRANGE))


def _renamed(chance: random.Random) -> bytes:
    return b'{"e":[' + renamed(chance, chance.choice(EVENTS)) + b"]}"


def _flipped(chance: random.Random) -> bytes:
    text = bytearray(json.dumps(right(chance)).encode())
    for _ in range(chance.randint(1, 8)):
        text[chance.randrange(1, len(text) - 1)] = chance.randrange(256)
    return bytes(text)


def _cut(chance: random.Random) -> bytes:
    text = json.dumps(right(chance)).encode()
    return text[: chance.randrange(len(text))] + chance.choice([b"", b"}", b"]", b"]}", b'"}'])


def _spliced(chance: random.Random) -> bytes:
    """Parts of two bodies, one in the other."""
    one, other = json.dumps(right(chance)).encode(), json.dumps(right(chance)).encode()
    at, first = chance.randrange(len(one)), chance.randrange(len(other))
    return one[:at] + other[first : first + chance.randrange(80)] + one[at:]


def _noise(chance: random.Random) -> bytes:
    return b"{" + chance.randbytes(chance.randrange(1_500)) + b"}"


def _decorated(chance: random.Random) -> bytes:
    """A body that is right with something before, behind or around it."""
    text = json.dumps(right(chance)).encode()
    before, after = chance.choice(
        [
            (b"\xef\xbb\xbf", b""),
            (b"\xff\xfe", b""),
            (b" \t\r\n", b""),
            (b"", b"\n"),
            (b"", b"\x00"),
            (b"", text),
            (b"[", b"]"),
            (b'{"e":', b"}"),
            (b"{", b"}"),
            (b"// x\n", b""),
            (b"", b"{}"),
            (b'"', b'"'),
            (b"e=", b""),
            (b"--x\r\n\r\n", b"\r\n--x--"),
        ]
    )
    return before + text + after


def _deep(chance: random.Random) -> bytes:
    depth = chance.choice([10, 500, 1_000, 1_100, 20_000])
    opened, closed = chance.choice([("[", "]"), ('{"e":', "}"), ('{"e":[', "]}"), ('[{"a":', "}]")])
    place = chance.choice(
        ["%s", '{"x":%s,"e":[{"k":"scroll","t":1,"d":1,"dh":1}]}', '{"e":[{"k":"scroll","t":1,"d":1,"dh":1,"y":%s}]}']
    )
    return (place % (opened * depth + "1" + closed * depth)).encode()


def _many(chance: random.Random) -> bytes:
    """Very many of something."""
    number = chance.choice([32, 33, 999, 1_000, 1_001, 1_999, 2_001])
    way = chance.randrange(4)
    if way == 0:
        return json.dumps({"e": [EVENTS[4]] * number}, separators=(",", ":")).encode()
    if way == 1:
        return json.dumps({"e": [{"k": "move", "t": 1, "m": [[0, "#a", 1, 2]] * number}]}).encode()
    if way == 2:
        return json.dumps(
            {"e": [{"k": "event", "t": 1, "name": "x", "props": dict.fromkeys(map(str, range(number)), 1)}]}
        ).encode()
    return json.dumps({"e": [EVENTS[1]], **dict.fromkeys(map(str, range(number)), 1)}).encode()


def _packed(chance: random.Random) -> bytes:
    """Interactions are never sent packed."""
    return gzip.compress(json.dumps(right(chance)).encode())


def _encoded(chance: random.Random) -> bytes:
    return json.dumps(right(chance)).encode(chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig"]))


def _right(chance: random.Random) -> bytes:
    return json.dumps(right(chance), separators=(",", ":")).encode()


WAYS: list[Callable[[random.Random], bytes]] = [
    _strange,
    _strange,
    _strange,
    _strange,
    _renamed,
    _renamed,
    _flipped,
    _cut,
    _spliced,
    _noise,
    _decorated,
    _deep,
    _many,
    _packed,
    _encoded,
    _right,
]


def body(chance: random.Random) -> bytes:
    """One of them."""
    return chance.choice(WAYS)(chance)
