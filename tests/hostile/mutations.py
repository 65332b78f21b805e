"""Wrong requests from right ones, by a seeded chance: the same seed makes the same requests."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from door import CLICK, PAGE, Visitor

STRANGE: list[Any] = [
    None,
    True,
    -1,
    2**31,
    2**63,
    2**64 + 1,
    1e308,
    -1e308,
    0.1,
    "",
    "x" * 5_000,
    "\x00",
    "\ud800",
    "\u202e\ufeff",
    "'; DROP TABLE sessions; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../../../etc/passwd",
    "%s%n${jndi:ldap://x}",
    [],
    {},
    [[[[]]]],
    {"k": "page"},
]
HOSTILE_TEXT = ["\r\nSet-Cookie: a=b", "\n", "\x00", "\x7f", "e 1 1 1 0 0 0 2\n{}", '"\\', "\u00e9", " " * 300]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += _paths(one, (*path, key))
    return found


def _replaced(value: Any, path: tuple[Any, ...], put: Any) -> Any:
    copy = json.loads(json.dumps(value))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = put
    return copy


def body(chance: random.Random, channel: str) -> bytes:
    """A body of this channel, wrong in one of many ways; sometimes right."""
    right: Any = {"e": [dict(PAGE, t=1), dict(CLICK, t=2), {"k": "scroll", "t": 3, "d": 10, "dh": 100}]}
    if channel == "r":
        right = [{"type": 4, "timestamp": 1, "data": {"href": "x"}}, {"type": 2, "timestamp": 2, "data": {"node": {}}}]

    def strange() -> bytes:
        path, put = chance.choice(_paths(right)), chance.choice(STRANGE)
        return json.dumps(_replaced(right, path, put)).encode()

    def flipped() -> bytes:
        text = bytearray(json.dumps(right).encode())
        for _ in range(chance.randint(1, 8)):
            text[chance.randrange(len(text))] = chance.randrange(256)
        return bytes(text)

    def cut() -> bytes:
        text = json.dumps(right).encode()
        return text[: chance.randrange(len(text))] + chance.choice([b"", b"}", b"]"])

    def noise() -> bytes:
        inside = chance.randbytes(chance.randrange(2_000))
        return b"[" + inside + b"]" if channel == "r" else b"{" + inside + b"}"

    def packed() -> bytes:
        whole = bytearray(gzip.compress(json.dumps(right).encode()))
        if chance.random() < 0.7:
            whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        return bytes(whole)

    ways: list[Callable[[], bytes]] = [strange, strange, strange, flipped, cut, noise, packed]
    return chance.choice(ways)()


def query(chance: random.Random, key: str) -> str:
    """A query string; every third one wrong."""
    right = Visitor().query(key, chance.randrange(3))
    if chance.random() < 0.66:
        return right
    parts = right.split("&")
    at = chance.randrange(len(parts))
    way = chance.randrange(5)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts.append(parts[at])
    elif way == 2:
        parts[at] = parts[at][:2] + chance.choice(["%00", "%0d%0a", "-1", "1e9", "a" * 1_200, "..%2f", "'", "\u00e9"])
    elif way == 3:
        chance.shuffle(parts)
    else:
        parts.insert(at, chance.choice(["&&&", "=", "x", "v", "k=", "%", "__proto__=1"]))
    return "&".join(parts).encode("utf-8").decode("latin-1").replace("\u00e9", "%e9").replace("\u00c3", "%c3")


def headers(chance: random.Random) -> dict[str, str | None]:
    """Headers, some of them strange."""
    text = chance.choice(HOSTILE_TEXT).replace("\r", "").replace("\n", "")
    return chance.choice(
        [
            {},
            {"User-Agent": None},
            {"User-Agent": "x" * 3_000},
            {"User-Agent": f"Mozilla {text}"},
            {"Content-Type": "application/json"},
            {"Content-Type": f"application/json; charset={'x' * 200}"},
            {"Content-Type": None},
            {"Referer": f"https://x/{text}", "Cookie": text},
            {"X-Request-Id": "../../x"},
            {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "::1"},
            {"Content-Encoding": "gzip"},
            {"Expect": "100-continue"},
            {"Range": "bytes=0-1"},
        ]
    )
