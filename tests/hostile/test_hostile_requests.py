"""Requests that no tracker sends: each gets a clear answer or is counted as what it is, and harms nobody."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from bystander import Bystander
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from project_counts import ledger, rows, sessions
from running_stack import Stack

DEEP = 20_000
WRONG_EVENTS: dict[str, bytes] = {
    "deep arrays": b'{"e":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"e":[{"k":"event","t":1,"name":"x","props":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}]}",
    "deep unknown field": b'{"x":' + b"[" * DEEP + b"]" * DEEP + b',"e":[{"k":"scroll","t":1,"d":1,"dh":1}]}',
    "huge integer": b'{"e":[{"k":"scroll","t":1,"d":' + b"9" * 5_000 + b',"dh":1}]}',
    "huge exponent": b'{"e":[{"k":"scroll","t":1e999999,"d":1,"dh":1}]}',
    "negative time": b'{"e":[{"k":"scroll","t":-1,"d":1,"dh":1}]}',
    "not a number": b'{"e":[{"k":"scroll","t":NaN,"d":1,"dh":1}]}',
    "invalid UTF-8": b'{"e":[{"k":"event","t":1,"name":"\xff\xfe\xc0\x80"}]}',
    "surrogates as UTF-8": b'{"e":[{"k":"event","t":1,"name":"\xed\xa0\x80"}]}',
    "a wrong type": events({**CLICK, "b": "box"}),
    "an address too long": events({**PAGE, "url": "https://x/" + "y" * 2_000}),
    "an unknown kind": b'{"e":[{"k":"\\u0000","t":1}]}',
    "two bodies": events() + events(),
    "a tail": b'{"e":[]}\x00}',
    "nothing": b"{}",
    "an empty list": b'{"e":[]}',
}


def test_body_that_is_wrong_inside_is_counted_as_malformed(stack: Stack, door: Door) -> None:
    sites = {name: new_site(stack) for name in WRONG_EVENTS}
    for name, site in sites.items():
        assert door.send(f"/c/e?{Visitor().query(site.key)}", WRONG_EVENTS[name]).status == 204
    until(lambda: all(ledger(stack, site.project_id) for site in sites.values()), "all of them to be counted")
    for name, site in sites.items():
        assert ledger(stack, site.project_id) == {"malformed": 1}, name
        assert sessions(stack, site.project_id) == {}, name


def _dead(stack: Stack) -> list[dict[str, Any]]:
    newest: list[dict[str, Any]] = json.loads(stack.run("status", "--json").stdout)["dead_letters"]["newest"]
    return newest


def test_what_could_not_be_used_is_shown_by_status(stack: Stack, door: Door, site: Site) -> None:
    sent = door.send(f"/c/e?{Visitor().query(site.key)}", b'{"e":[{"k":"nonsense","t":1}]}')
    assert sent.status == 204
    until(lambda: ledger(stack, site.project_id) == {"malformed": 1}, "it to be counted")
    [letter] = [one for one in _dead(stack) if "nonsense" in json.dumps(one)]
    assert letter["reason"] == "malformed"


WRONG_CHUNKS = {
    "a bomb": (gzip.compress(b"[" + b" " * 40_000_000 + b"]"), "too_large"),
    "cut gzip": (gzip.compress(b'[{"type":4,"timestamp":1}]')[:-6], "malformed"),
    "noise": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "malformed"),
    "gzip twice": (gzip.compress(gzip.compress(b"[]")), "malformed"),
    "deep": (b"[" * 50_000 + b"]" * 50_000, "malformed"),
    "a wrong type": (b'[{"type":4,"timestamp":"soon"}]', "malformed"),
    "an empty list": (b"[]", "malformed"),
}


def test_chunk_that_is_wrong_inside_is_counted_with_its_reason(stack: Stack, door: Door) -> None:
    sites = {name: new_site(stack) for name in WRONG_CHUNKS}
    for name, site in sites.items():
        assert door.send(f"/c/r?{Visitor().query(site.key)}", WRONG_CHUNKS[name][0]).status == 204
    until(lambda: all(ledger(stack, site.project_id) for site in sites.values()), "all of them to be counted")
    counted = {name: ledger(stack, site.project_id) for name, site in sites.items()}
    assert counted == {name: {reason: 1} for name, (_, reason) in WRONG_CHUNKS.items()}


def test_text_that_no_database_holds_is_kept_as_far_as_it_is_text(stack: Stack, door: Door, site: Site) -> None:
    """Half a surrogate pair and NUL are JSON, but no text: a browser that cuts an emoji sends them."""
    body = (
        b'{"e":[{"k":"page","t":1,"url":"https://shop.example/\\ud83d","title":"a\\u0000b","nav":"load",'
        b'"vw":1,"vh":1,"dh":1},{"k":"event","t":2,"name":"\\udc00","props":{"\\u0000":"\\ud800x"}}]}'
    )
    visitor = Visitor()
    assert door.send(f"/c/e?{visitor.query(site.key)}", body).status == 204
    until(lambda: "accepted" in ledger(stack, site.project_id), "it to be counted")
    assert list(sessions(stack, site.project_id)) == [visitor.session]


LOOK_ALIKES = [
    b"e 1 1 1 0123456789abcdef 0 0 2\n{}",
    b"\ne 1 1 1 0123456789abcdef 0 0 2\n{}",
    b"d 1 0 1 0123456789abcdef 0 0 14\ntoo_large 9 9\n",
    b"\r\n*3\r\n$3\r\nDEL\r\n$6\r\nhw:{0}\r\n",
    b"\r\n*1\r\n$8\r\nFLUSHALL\r\n",
]


def test_look_alikes_of_records_and_commands_stay_what_they_are(stack: Stack, door: Door, site: Site) -> None:
    other, number = new_site(stack), 0
    for look in (one.replace(b"1 1 1", b"%d 1 1" % other.project_id) for one in LOOK_ALIKES):
        agent = look.replace(b"\r", b"").replace(b"\n", b" ").decode() * 3
        for body in (b"{" + look + b"}", b"{" + look * 50 + b"}"):
            path = f"/c/e?{Visitor().query(site.key, number)}"
            assert door.send(path, body, headers={"User-Agent": agent}).status == 204
            number += 1
    until(lambda: ledger(stack, site.project_id) == {"malformed": number}, "all of them to be counted")
    assert ledger(stack, other.project_id) == {}


def test_other_sites_key_in_body_or_header_changes_nothing(stack: Stack, door: Door, site: Site) -> None:
    other = new_site(stack)
    forged = json.loads(events())
    forged |= {"k": other.key, "project_id": other.project_id, "site_id": 1}
    headers = {"X-Project": str(other.project_id), "X-Site-Key": other.key, "Cookie": f"k={other.key}"}
    answer = door.send(f"/c/e?{Visitor().query(site.key)}", json.dumps(forged).encode(), headers=headers)
    assert answer.status == 204
    twice = door.send(f"/c/e?{Visitor().query(site.key)}&k={other.key}", events())
    assert twice.status == 400
    until(lambda: ledger(stack, site.project_id).get("accepted") == 1, "it to be counted")
    assert sessions(stack, other.project_id) == {}
    assert ledger(stack, other.project_id) == {}


def test_clock_a_month_off_is_counted_and_put_right(stack: Stack, door: Door, site: Site) -> None:
    month = 30 * 86_400_000
    visitor, skewed = Visitor(), int(time.time() * 1000) - month
    body = events({**PAGE, "t": skewed - 2_000}, {**CLICK, "t": skewed - 1_000})
    assert door.send(f"/c/e?{visitor.query(site.key, t=str(skewed))}", body).status == 204
    until(lambda: "accepted" in ledger(stack, site.project_id), "it to be counted")
    assert ledger(stack, site.project_id) == {"accepted": 1, "clock_skew": 1}
    query = "SELECT started_at > now() - interval '1 hour' AND started_at < now() + interval '1 hour' FROM sessions"
    assert rows(stack, f"{query} WHERE project_id = %s", site.project_id) == [(True,)]
    for extreme in ("0", "99999999999999"):
        assert door.send(f"/c/e?{Visitor().query(site.key, t=extreme)}", events()).status == 204
    until(lambda: ledger(stack, site.project_id).get("accepted") == 3, "the extreme ones to be counted")


def test_chunks_and_events_out_of_order_are_each_counted_once(stack: Stack, door: Door, site: Site) -> None:
    visitor, now = Visitor(), int(time.time() * 1000)
    page = {"type": 4, "timestamp": now, "data": {"href": "https://shop.example/", "width": 800, "height": 600}}
    for number in (2, 0, 2, 1, 1, 0):
        chunk = json.dumps([page | {"timestamp": now + number}]).encode()
        assert door.send(f"/c/r?{visitor.query(site.key, number)}", chunk).status == 204
        assert door.send(f"/c/e?{visitor.query(site.key, number)}", events(CLICK)).status == 204
    until(lambda: ledger(stack, site.project_id).get("duplicate") == 6, "the repeated ones to be counted as such")
    assert ledger(stack, site.project_id)["accepted"] == 6
    assert sessions(stack, site.project_id)[visitor.session][1] == 3
    query = "SELECT seq FROM recording_chunks WHERE project_id = %s ORDER BY seq"
    assert rows(stack, query, site.project_id) == [(0,), (1,), (2,)]


def test_half_requests_that_never_end_hold_nobody_up(stack: Stack, site: Site, bystander: Bystander) -> None:
    edge = urlsplit(stack.edge)
    head = f"POST /c/e?{Visitor().query(site.key)} HTTP/1.1\r\nHost: e\r\nOrigin: {stack.shop}\r\n"
    halves = [head[: len(head) // 2], head, f"{head}Content-Length: 1000\r\n\r\n", f"{head}Content-Length: 9\r\n\r\n{{"]
    open_ones = []
    for number in range(200):
        connection = socket.create_connection((edge.hostname, edge.port), timeout=30)
        connection.sendall(halves[number % len(halves)].encode())
        open_ones.append(connection)
    began = time.monotonic()
    for _ in range(20):
        bystander.visits()
    assert time.monotonic() - began < 30
    for connection in open_ones:
        connection.close()


SMUGGLED = "POST /c/e?{query} HTTP/1.1\r\nHost: e\r\nOrigin: {origin}\r\nContent-Length: 2\r\n\r\n{{}}"


FRAMINGS = [
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Content-Length : 2\r\n",
]


def _answered(stack: Stack, raw: bytes) -> bytes:
    """All that comes back before the edge closes the connection."""
    edge, answered = urlsplit(stack.edge), b""
    with contextlib.suppress(ConnectionError), socket.create_connection((edge.hostname, edge.port), 30) as connection:
        connection.sendall(raw)
        while piece := connection.recv(65_536):
            answered += piece
    return answered


def test_smuggled_requests_are_not_taken(stack: Stack, site: Site) -> None:
    for framing in FRAMINGS:
        head = f"POST /c/e?{Visitor().query('f' * 16)} HTTP/1.1\r\nHost: e\r\nOrigin: {stack.shop}\r\n"
        hidden = SMUGGLED.format(query=Visitor().query(site.key), origin=stack.shop)
        answered = _answered(stack, f"{head}{framing}\r\n0\r\n\r\n{hidden}".encode())
        assert b" 204 " not in answered, framing
        assert answered.count(b"HTTP/1.1 ") <= 1, framing
    assert ledger(stack, site.project_id) == {}


NO_REQUESTS = {
    "version": b"GET / HTTP/9.9\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "nul": b"POST /c/e?\x00 HTTP/1.1\r\nHost: e\r\n\r\n",
    "crlf": b"POST /c/e?v=1\r\nInjected: x HTTP/1.1\r\nHost: e\r\n\r\n",
    "long line": b"POST /c/e?" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: e\r\n\r\n",
    "long header": b"POST /c/e HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    "many headers": b"POST /c/e HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % one for one in range(3_000)) + b"\r\n",
    "redis": b"*1\r\n$8\r\nFLUSHALL\r\n",
}


def test_bytes_that_are_no_request_are_refused(stack: Stack) -> None:
    for name, raw in NO_REQUESTS.items():
        answered = _answered(stack, raw)
        status = answered.split(b" ", 2)[1] if answered.startswith(b"HTTP/") else b""
        refused = status in (b"", b"400", b"405", b"414", b"431", b"494", b"505") or b"<title>400" in answered
        assert refused, (name, answered[:200])


def test_log_lines_stay_lines(stack: Stack, door: Door, site: Site) -> None:
    """Nothing that a sender writes ends a log line or begins another."""
    refused = []
    for text in ('"},\\u000a{"level":"critical', "\x1b[31m", "%0d%0a{}", "\\x0a", "\u00e9" * 10):
        headers = {"User-Agent": text, "Referer": text, "X-Request-Id": text, "Origin": text}
        answer = door.send(f"/c/e?{Visitor().query(site.key)}&x=%0a%22", events(), headers=headers)
        assert answer.status == 403
        refused.append(answer.request_id)
        door.get("/h/%0a%22%7b.js")
    log = stack.settings.var / "log" / "edge.requests.jsonl"
    until(lambda: all(one in log.read_text() for one in refused), "the refusals to be logged")
    for line in log.read_text().splitlines():
        assert json.loads(line)["event"] == "request"


def test_many_made_up_keys_do_not_take_the_known_ones_down(stack: Stack, bystander: Bystander) -> None:
    stop = threading.Event()

    def scan(seed: int) -> int:
        door, chance, seen = Door(stack), random.Random(seed), 0
        while not stop.is_set():
            answer = door.send(f"/c/e?{Visitor().query(f'{chance.getrandbits(64):016x}')}", events())
            assert answer.status in (404, 503)
            seen += 1
        door.close()
        return seen

    threads = [threading.Thread(target=scan, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(40):
            bystander.visits()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
