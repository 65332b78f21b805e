"""Senders who never finish: their time runs out, one address has only so many requests, and others do not notice."""

from __future__ import annotations

import selectors
import socket
import time
from urllib.parse import urlsplit

import pytest
from bystander import Bystander
from door import Door, Site, Visitor, events, new_site, until
from narrow_limits import AT_ONCE
from process_memory import resident
from project_counts import ledger
from running_stack import Stack

STRANGER = "203.0.113.7"  # of a documentation network: nobody's, and not private


@pytest.fixture
def stack(tight_stack: Stack) -> Stack:
    """Impatient, so that the tests need not be patient."""
    return tight_stack


class Slow:
    """Connections that send the beginning of something and then at most a byte now and then."""

    def __init__(self, stack: Stack, beginnings: list[bytes], number: int) -> None:
        edge = urlsplit(stack.edge)
        self._open = selectors.DefaultSelector()
        self.ended: list[bytes] = []  # what the server said before it closed
        for at in range(number):
            connection = socket.create_connection((edge.hostname, edge.port), timeout=30)
            connection.sendall(beginnings[at % len(beginnings)])
            connection.setblocking(False)
            self._open.register(connection, selectors.EVENT_READ, bytearray())

    def left(self, drip: bytes = b"") -> int:
        """How many the server has not closed; each of those gets `drip` if there is one."""
        for key, _ in self._open.select(0):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            try:
                piece = connection.recv(65_536)
            except ConnectionError:
                piece = b""
            key.data.extend(piece)
            if not piece:
                self.ended.append(bytes(key.data))
                self._open.unregister(connection)
                connection.close()
        for key in [*self._open.get_map().values()] if drip else []:
            assert isinstance(key.fileobj, socket.socket)
            try:
                key.fileobj.send(drip)
            except OSError:
                continue  # closed; the next look finds it
        return len(self._open.get_map())

    def answers(self) -> list[bytes]:
        """What the server said, of those that it said something to."""
        return [bytes(key.data) for key in self._open.get_map().values() if key.data] + [
            one for one in self.ended if one
        ]

    def close(self) -> None:
        for key in [*self._open.get_map().values()]:
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()


def _head(stack: Stack, target: str, *headers: str) -> bytes:
    return "\r\n".join([f"POST {target} HTTP/1.1", "Host: e", f"Origin: {stack.shop}", *headers, ""]).encode()


def _visits_meanwhile(slow: Slow, bystander: Bystander, drip: bytes = b"") -> None:
    """Until the server has closed them all, the bystander's requests are taken, one after the other."""
    end = time.monotonic() + 60
    while slow.left(drip):
        assert time.monotonic() < end, f"{slow.left()} are still open"
        bystander.visits()
        time.sleep(0.05)


def test_unfinished_requests_are_closed_and_hold_nobody_up(stack: Stack, site: Site, bystander: Bystander) -> None:
    """To the door and to the dashboard behind the same edge."""
    door, page = f"/c/e?{Visitor().query(site.key)}", "/auth/sign-in"
    halves = [
        b"",
        b"P",
        _head(stack, door),
        _head(stack, page),
        _head(stack, door, "Content-Length: 1000") + b"\r\n",
        _head(stack, door, "Content-Length: 1000") + b"\r\n{",
        _head(stack, door, "Transfer-Encoding: chunked") + b"\r\nff\r\n{",
        _head(stack, page, "Content-Length: 1000") + b"\r\na",
    ]
    slow = Slow(stack, halves, 400)
    _visits_meanwhile(slow, bystander)
    statuses = {answer.split(b" ")[1] for answer in slow.ended if answer}
    assert statuses <= {b"400", b"408", b"413", b"429"}, statuses


def test_head_that_trickles_ends_in_time_however_it_trickles(stack: Stack, site: Site, bystander: Bystander) -> None:
    slow = Slow(stack, [_head(stack, f"/c/e?{Visitor().query(site.key)}") + b"X: "], 200)
    _visits_meanwhile(slow, bystander, drip=b"y")


def test_one_address_has_so_many_requests_at_once(stack: Stack, site: Site, bystander: Bystander) -> None:
    """Bodies that trickle go on for long; what is beyond the limit is told to come again, and is in the ledger."""
    target = f"/c/r?{Visitor().query(site.key)}"
    beginning = _head(stack, target, f"X-Forwarded-For: {STRANGER}", "Content-Length: 90000") + b"\r\n["
    slow = Slow(stack, [beginning], 3 * AT_ONCE)
    try:
        until(lambda: slow.left(b" ") and len(slow.answers()) >= 2 * AT_ONCE, "those beyond the limit to be answered")
        assert len(slow.answers()) == 2 * AT_ONCE
        for answer in slow.answers():
            assert answer.startswith(b"HTTP/1.1 503 "), answer
            assert b"Retry-After: " in answer
            assert b'"unavailable"' in answer
        mine = Door(stack)
        refused = mine.send(f"/c/e?{Visitor().query(site.key)}", events(), headers={"X-Forwarded-For": STRANGER})
        assert (refused.status, refused.code) == (503, "unavailable")
        for other in ("198.51.100.9", "2001:db8::1"):
            headers = {"X-Forwarded-For": other}
            assert mine.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=headers).status == 204
        mine.close()
        bystander.visits()
    finally:
        slow.close()
    until(lambda: ledger(stack, site.project_id).get("accepted") == 2, "the others to be counted")
    until(lambda: ledger(stack, site.project_id).get("unavailable") == 2 * AT_ONCE + 1, "the refusals to be counted")


def test_large_bodies_that_never_end_take_little_memory(stack: Stack, bystander: Bystander) -> None:
    """Room is made for what has come, not for what is said to come."""
    key = new_site(stack).key
    before = resident(stack)["edge"]
    target = f"/c/r?{Visitor().query(key)}"
    slow = Slow(stack, [_head(stack, target, "Content-Length: 4000000") + b"\r\n[" + b" " * 1_000], 300)
    bystander.visits()
    grown = resident(stack)["edge"] - before
    _visits_meanwhile(slow, bystander)
    assert grown < 16, f"{grown} MiB for 300 requests of 1 KB"
