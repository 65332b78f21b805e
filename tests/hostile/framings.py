"""Bytes of which it is in question where a request ends; behind some of them another one is hidden.

Servers that disagree about that end let a request be smuggled past one of them: lengths that contradict each other,
chunks that are none, lines that another server might read otherwise, several requests in one write.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol


class Maker(Protocol):
    """What makes a right request."""

    def right_query(self, chance: random.Random) -> str: ...

    def request(self, target: str, body: bytes, *, length: str = "", version: str = "1.1") -> bytes: ...


def _hidden(maker: Maker, chance: random.Random) -> bytes:
    return maker.request(f"/c/e?{maker.right_query(chance)}", b"{}")


Way = Callable[[random.Random, Maker, str, bytes], bytes]


def _lengths(chance: random.Random, maker: Maker, target: str, body: bytes) -> bytes:
    size = len(body)
    line = chance.choice(
        [
            f"Content-Length: {size}\r\nContent-Length: {size}",
            f"Content-Length: {size}\r\nContent-Length: {size + 1}",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            f"Content-Length: {size + 500}",
            f"Content-Length: +{size}",
            f"Content-Length: {size}, {size}",
            f"Content-Length : {size}",
            f"Content-Length: 0x{size:x}",
            f"Content-Length: {size - 5}",
            "Content-Length: ",
            "X: y",
            "Content-Length: 0",
            f"Content-Length: {size}\r\nTransfer-Encoding: chunked",
            f"Transfer-Encoding: chunked\r\nContent-Length: {size}",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            f"Transfer-Encoding:\tchunked\r\nContent-Length: {size}",
            "Transfer-Encoding\t: chunked",
            "transfer-encoding: CHUNKED",
        ]
    )
    return maker.request(target, body, length=line) + (_hidden(maker, chance) if chance.random() < 0.5 else b"")


def _chunked(chance: random.Random, maker: Maker, target: str, body: bytes) -> bytes:
    size = f"{len(body):x}".encode()
    wire = chance.choice(
        [
            b"%b\r\n%b\r\n0\r\n\r\n" % (size, body),
            b"%b;x=y\r\n%b\r\n0\r\nTrailer: z\r\n\r\n" % (size, body),
            b"%b\n%b\n0\n\n" % (size, body),
            b"".join(b"1\r\n%c\r\n" % one for one in body) + b"0\r\n\r\n",
            b"-1\r\n\r\n",
            b"zz\r\n%b\r\n0\r\n\r\n" % body,
            b"fffffffffffffffff\r\n",
            b"%b\r\n%b" % (size, body),
            b"0\r\n\r\n",
            b"00000000000000000000%b\r\n%b\r\n0\r\n\r\n" % (size, body),
            b"%b\r\n%bX\r\n0\r\n\r\n" % (size, body),
            b"7fffffffffffffff\r\n" + body,
            b"%b \r\n%b\r\n0\r\n\r\n" % (size, body),
            b"0x%b\r\n%b\r\n0\r\n\r\n" % (size, body),
            b"\r\n",
            body,
            b"40001\r\n" + b"{" + b" " * 0x3FFFF + b"}\r\n0\r\n\r\n",
        ]
    )
    return maker.request(target, wire, length="Transfer-Encoding: chunked") + (
        _hidden(maker, chance) if chance.random() < 0.5 else b""
    )


TARGETS = [
    b" http://e/",
    b" http://e:1/",
    b" //e/",
    b" /./",
    b" /x/../",
    b" /c/../",
    b" /%63%2f..",
    b" *",
    b"  /",
    b"\t/",
]
VERSIONS = [b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.2", b"HTTP/0.9", b"HTTP/11", b"http/1.1", b"", b"HTTP/1.1 x"]
HOSTS = [b"Host:", b"Host : ", b"X: ", b"Host: a b", b"\x00Host: ", b"Host: \x00"]
BEFORE = [b"\r\n\r\n", b"\n", b"\x00", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00", b" "]
HEADERS = [
    b"Host: other",
    b"X: a\r\n b",  # a line that goes on in the next
    b":",
    b"x",
    b"\x00: y",
    b"X: \x00",
    b" : z",
    b"\xff\xfe: y",
    b"(): x",
    b"X:",
    b"X: y\r\n" * 49 + b"X: y",
    b"X: y\r\n" * 1_999 + b"X: y",
    b"X: " + b"y" * 3_000,
    b"X: " + b"y" * 40_000,
]


def _lines(chance: random.Random, maker: Maker, target: str, body: bytes) -> bytes:
    """A request line or header lines that another server might read otherwise; or only the beginning of a request."""
    raw = maker.request(target, body)
    first, rest = raw.split(b"\r\n", 1)
    way = chance.randrange(10)
    if way == 0:
        return raw.replace(b"\r\n", b"\n")
    if way == 1:
        return first.replace(b" /", chance.choice(TARGETS)) + b"\r\n" + rest
    if way == 2:
        return first.replace(b"HTTP/1.1", chance.choice(VERSIONS)) + b"\r\n" + rest
    if way == 3:
        return raw.replace(b"Host: ", chance.choice(HOSTS))
    if way == 4:
        return first.replace(b"?", b"?x=" + b"y" * chance.choice([900, 3_000, 40_000]) + b"&") + b"\r\n" + rest
    if way == 5:
        return chance.choice(BEFORE) + raw
    if way == 6:
        return raw[: chance.randrange(len(raw))]
    return first + b"\r\n" + chance.choice(HEADERS) + b"\r\n" + rest


def _pipelined(chance: random.Random, maker: Maker, target: str, body: bytes) -> bytes:
    """Several in one write, some cut, some to be closed after."""
    parts = [
        maker.request(target, body, version=chance.choice(["1.1", "1.1", "1.0"])) for _ in range(chance.randint(2, 6))
    ]
    return b"".join(parts) + parts[0][: chance.randrange(len(parts[0]))]


FRAMINGS: list[Way] = [_lengths, _chunked, _lines, _pipelined]
