"""Bodies of `/c/r` that are wrong in one of many ways: as JSON, as rrweb events, as gzip."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from typing import Any

from strange_values import STRANGE, paths, put

EVENTS: list[dict[str, Any]] = [
    {"type": 4, "timestamp": 1, "data": {"href": "https://shop.example/", "width": 1280, "height": 800}},
    {
        "type": 2,
        "timestamp": 2,
        "data": {
            "node": {
                "type": 0,
                "id": 1,
                "childNodes": [{"type": 2, "tagName": "html", "attributes": {}, "childNodes": [], "id": 2}],
            },
            "initialOffset": {"top": 0, "left": 0},
        },
    },
    {
        "type": 3,
        "timestamp": 3,
        "data": {
            "source": 0,
            "texts": [],
            "attributes": [],
            "removes": [],
            "adds": [{"parentId": 2, "nextId": None, "node": {"type": 3, "textContent": "x", "id": 7}}],
        },
    },
    {"type": 3, "timestamp": 4, "data": {"source": 2, "type": 2, "id": 7, "x": 1, "y": 2}},
    {"type": 5, "timestamp": 5, "data": {"tag": "x", "payload": {}}},
]


def _plain(chance: random.Random) -> bytes:
    return json.dumps(chance.sample(EVENTS, chance.randint(1, len(EVENTS)))).encode()


def _strange(chance: random.Random) -> bytes:
    whole = json.loads(_plain(chance))
    return put(whole, chance.choice(paths(whole)), chance.choice(STRANGE))


def _unordered(chance: random.Random) -> bytes:
    """Times that jump, types and node ids that mean nothing."""
    return json.dumps(
        [
            {
                "type": chance.choice([0, 1, 2, 3, 6, 7, 99, 255, 256, -1]),
                "timestamp": chance.choice([0, 1, 1e12, 5.5, 99_999_999_999_999, 1e14, -1]),
                "data": chance.choice(
                    [{}, [], 1, None, "x", {"source": 99}, {"node": {"id": -(2**63)}}, {"href": 1}, {"width": 1e308}]
                ),
            }
            for _ in range(chance.randint(1, 30))
        ]
    ).encode()


def _flipped(chance: random.Random) -> bytes:
    text = bytearray(_plain(chance))
    for _ in range(chance.randint(1, 8)):
        text[chance.randrange(1, len(text) - 1)] = chance.randrange(256)
    return bytes(text)


def _giant(chance: random.Random) -> bytes:
    """One very long string, or very many empty things, packed."""
    size = chance.choice([100_000, 1_000_000])
    text = chance.choice(['"%s"' % ("x" * size), "[" + "{}," * (size // 3) + "0]", '"%s"' % ("\\ud800" * (size // 6))])
    return gzip.compress(b'[{"type":3,"timestamp":1,"data":%b}]' % text.encode(), 1)


def _packed(chance: random.Random) -> bytes:
    """gzip that is cut, long, of many members, of another size than it says, or not gzip at all."""
    whole = gzip.compress(_plain(chance), mtime=0)
    ways = [
        whole,
        whole[: chance.randrange(2, len(whole))],
        whole + b"\x00" * chance.randrange(1, 40),
        whole + whole,
        whole + b"]",
        gzip.compress(b"") + whole,
        gzip.compress(whole),
        whole[:2] + b"\x07" + whole[3:],
        whole[:3] + b"\xff" + whole[4:],
        whole[:-4] + b"\xff\xff\xff\xff",
        whole[:-8] + b"\x00" * 8,
        b"\x1f\x8b" + chance.randbytes(60),
        zlib.compress(_plain(chance)),
        b"\x1f\x9d" + whole[2:],
    ]
    return chance.choice(ways)


def _bit(chance: random.Random) -> bytes:
    whole = bytearray(gzip.compress(_plain(chance)))
    whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def _shape(chance: random.Random) -> bytes:
    return chance.choice(
        [
            b"[]",
            b"[[]]",
            b"[null]",
            b"[1]",
            b"[{}]",
            b"{}",
            b"[{}",
            b"null",
            b'"[]"',
            b"[,]",
            b"[]]",
            b"[" * 2_000 + b"]" * 2_000,
        ]
    )


WAYS: list[Callable[[random.Random], bytes]] = [
    _plain,
    _strange,
    _strange,
    _strange,
    _unordered,
    _flipped,
    _packed,
    _packed,
    _bit,
    _shape,
]


def body(chance: random.Random) -> bytes:
    """One of them; a giant one now and then."""
    return _giant(chance) if chance.random() < 0.01 else chance.choice(WAYS)(chance)
