"""Group commit: requests that wait for Redis together go together, in their order, within bounds; what was acknowledged
outlives a killed Redis in each durability mode."""

from __future__ import annotations

import http.client
import socket
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from urllib.parse import urlsplit

import pytest
from door import Door, Visitor, events, new_site, until
from event_records import held, records_of, workers
from redis import Redis
from redis.exceptions import RedisError
from running_stack import Stack, own_stack

from collector.records import records
from storage.event_stream import open_event_stream

MIB = 1_048_576
SYNCED = {"os": "no", "power": "always"}


@pytest.fixture(scope="module")
def patient() -> Iterator[Stack]:
    """A stack that syncs before each answer, and waits for a Redis that stands still instead of taking to the spool."""
    with own_stack(REDIS_DURABILITY="power", REDIS_ANSWER_MS="60000") as own:
        yield own


def ask(stack: Stack) -> Redis:
    """A connection to the stack's Redis."""
    return Redis.from_url(stack.settings.redis_url)


def has_read_its_log(stack: Stack) -> bool:
    try:
        return bool(ask(stack).ping())
    except RedisError:
        return False


def send(stack: Stack, channel: str, query: str, body: bytes) -> socket.socket:
    """A connection on which the request has been sent and its answer is to come."""
    edge = urlsplit(stack.edge)
    connection = socket.create_connection((edge.hostname, edge.port), timeout=60)
    head = f"POST /c/{channel}?{query} HTTP/1.1\r\nHost: e\r\nOrigin: {stack.shop}\r\nConnection: close\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def taken_up(stack: Stack) -> None:
    """nginx has read what was sent before: it has answered something that came later."""
    connection = http.client.HTTPConnection(urlsplit(stack.edge).netloc, timeout=60)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def status_of(connection: socket.socket) -> int:
    with connection:
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1])


def answers(connection: socket.socket) -> bool:
    """Whether an answer has come, without taking it."""
    connection.settimeout(0)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(60)


def test_requests_that_wait_together_go_together_and_in_their_order(patient: Stack) -> None:
    site, visitor, number = new_site(patient), Visitor(), 30
    shard = zlib.crc32(visitor.session.encode()) % patient.settings.collector.shards
    with held(patient, *workers(patient)):
        # The door knows the site and has its connection to Redis.
        assert status_of(send(patient, "e", Visitor().query(site.key), events())) == 204
        with held(patient, "redis"):
            connections = []
            for sequence in range(number):
                connections.append(send(patient, "e", visitor.query(site.key, sequence), events()))
                taken_up(patient)
        assert [status_of(connection) for connection in connections] == [204] * number
        entries = open_event_stream(patient.settings).read({shard: "0-0"}, 1_000, 0)[shard]
        together = [
            [
                int(record.query.decode().split("&n=")[1].split("&")[0])
                for record in records(entry.payload)
                if visitor.session in record.query.decode()
            ]
            for entry in entries
        ]
        together = [numbers for numbers in together if numbers]
    assert list(chain.from_iterable(together)) == list(range(number))
    # One batch was under way; all that came later gathered behind it.
    assert len(together) == 2


def test_what_waits_for_a_redis_that_stands_still_is_bounded(patient: Stack) -> None:
    site, size = new_site(patient), 4 * MIB
    body = b"[" + b" " * (size - 2) + b"]"
    queries = [Visitor().query(site.key) for _ in range(18)]  # 72 MiB; at most 64 may wait
    with held(patient, *workers(patient)):
        with held(patient, "redis"):
            connections = [send(patient, "r", query, body) for query in queries]
            taken_up(patient)
            refused = [query for query, connection in zip(queries, connections, strict=True) if answers(connection)]
            assert len(refused) >= len(queries) - 64 * MIB // size
        told = dict(zip(queries, map(status_of, connections), strict=True))
        assert {told[query] for query in refused} == {503}
        assert set(told.values()) == {204, 503}
        stored = {record.query.decode() for _, record in records_of(patient, site.project_id)}
        assert {query for query, status in told.items() if status == 204} <= stored
        assert not stored & set(refused)


@pytest.mark.parametrize("mode", ["os", "power"])
def test_what_was_acknowledged_outlives_a_killed_redis(request: pytest.FixtureRequest, mode: str) -> None:
    stack: Stack = request.getfixturevalue("stack" if mode == "os" else "patient")
    site, stop = new_site(stack), threading.Event()
    assert ask(stack).config_get("appendfsync") == {"appendfsync": SYNCED[mode]}

    def browse(_: int) -> Counter[str]:
        door, visitor, acknowledged, number = Door(stack), Visitor(), Counter[str](), 0
        while not stop.is_set():
            query = visitor.query(site.key, number)
            answer = door.send(f"/c/e?{query}", events())
            assert answer.status in (204, 503)
            if answer.status == 204:
                acknowledged[query] += 1
                number += 1
        door.close()
        return acknowledged

    with held(stack, *workers(stack)), ThreadPoolExecutor(16) as pool:
        browsers = [pool.submit(browse, number) for number in range(16)]
        until(lambda: len(records_of(stack, site.project_id)) > 200, "traffic before the kill")
        killed = stack.kill("redis")
        stop.set()
        acknowledged = sum((browser.result() for browser in browsers), Counter[str]())
        until(lambda: stack.pid("redis") not in (None, killed), "Redis to run again")

        until(lambda: has_read_its_log(stack), "Redis to have read its log")

        def is_all_there() -> bool:
            stored = {record.query.decode() for _, record in records_of(stack, site.project_id)}
            return not acknowledged.keys() - stored

        until(is_all_there, "all that was acknowledged to be in the stream, the spooled requests too")
    assert acknowledged.total() > 200
