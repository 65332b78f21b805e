"""One GET of an address that anybody may have written: checked at each hop, bounded in bytes and time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urljoin

from collector.assets.public import Resolve, Server, resolve, server

MOST_BYTES: Final = 8_388_608
WITHIN_S: Final = 15.0
CONNECT_S: Final = 5.0
MOST_HOPS: Final = 5
AGENT: Final = "Heatwake-Assets/1.0 (keeps what recorded pages show)"
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class TooLarge(ValueError):
    """The answer has more bytes than are kept."""


class WrongType(ValueError):
    """The answer is nothing that is kept."""


class Unreachable(OSError):
    """No usable answer; the text says what came instead."""


class Answer(NamedTuple):
    """What a server gave. `data` None: what was there before is there still. `url`: where it was, after redirects."""

    url: str
    data: bytes | None
    content_type: str
    etag: str
    modified: str


class Gate(NamedTuple):
    """What may be asked: see `public.server`."""

    site_origins: Collection[str] = ()
    private_origins: Collection[str] = ()
    resolve: Resolve = resolve
    most_bytes: int = MOST_BYTES
    within_s: float = WITHIN_S


def get(url: str, gate: Gate, etag: str = "", modified: str = "") -> Answer:
    """The answer to a GET. Raises NotPublic, TooLarge, WrongType, Unreachable."""
    ends = time.monotonic() + gate.within_s
    headers = {"User-Agent": AGENT, "Accept": "image/*,font/*,text/css,*/*;q=0.1", "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    for _ in range(MOST_HOPS):
        try:
            where = server(url, gate.site_origins, gate.private_origins, gate.resolve)
            there = _ask(where, headers, gate, ends)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        if isinstance(there, Answer):
            return there._replace(url=url)
        url = urljoin(url, there)
    raise Unreachable(f"more than {MOST_HOPS} redirects")


def _ask(where: Server, headers: dict[str, str], gate: Gate, ends: float) -> Answer | str:
    """The answer, or where it is to be had."""
    left = ends - time.monotonic()
    if left <= 0:
        raise Unreachable("it took too long")
    plain = socket.create_connection((where.address, where.port), min(CONNECT_S, left))
    # A server that sends a byte now and then never runs into a socket's own timeout.
    late = threading.Timer(left, lambda: _cut(plain))
    late.daemon = True
    late.start()
    try:
        plain.settimeout(min(CONNECT_S, left))
        link = http.client.HTTPConnection(where.host, where.port)
        link.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=where.host)
            if where.scheme == "https"
            else plain
        )
        link.request("GET", where.path, headers=headers)
        answer = link.getresponse()
        if answer.status in _MOVED and (location := answer.headers.get("Location")):
            return location
        return _answer(answer, gate)
    finally:
        late.cancel()
        plain.close()


def _answer(answer: http.client.HTTPResponse, gate: Gate) -> Answer:
    told = answer.headers.get
    etag, modified, content_type = told("ETag") or "", told("Last-Modified") or "", told("Content-Type") or ""
    if answer.status == 304:
        return Answer("", None, content_type, etag, modified)
    if answer.status != 200:
        raise Unreachable(f"the server answered {answer.status}")
    if content_type.lower().startswith(("video/", "audio/", "text/html")):
        raise WrongType(content_type[:100])
    if (told("Content-Length") or "").isdecimal() and int(told("Content-Length") or "0") > gate.most_bytes:
        raise TooLarge(f"{told('Content-Length')} bytes")
    packed = (told("Content-Encoding") or "identity").lower()
    if packed not in ("identity", "gzip"):
        raise WrongType(f"packed as {packed[:40]}")
    opener = zlib.decompressobj(31) if packed == "gzip" else None
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(65_536):
        if opener:
            part = opener.decompress(part, gate.most_bytes + 1 - size)
        size += len(part)
        if size > gate.most_bytes or (opener and opener.unconsumed_tail):
            raise TooLarge(f"more than {gate.most_bytes} bytes")
        parts.append(part)
    if answer.length:  # bytes that were promised and did not come
        raise Unreachable("the answer broke off")
    return Answer("", b"".join(parts), content_type, etag[:500], modified[:100])


def _cut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
