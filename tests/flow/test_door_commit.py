"""What the door acknowledged is in the event stream: byte for byte, once, in its session's shard."""

from __future__ import annotations

import gzip
import random
import socket
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from door import Door, Site, Visitor, events, new_site, until
from event_records import held, records_of, workers
from running_stack import Stack


@pytest.fixture
def site(stack: Stack) -> Iterator[Site]:
    """A site of its own; the workers are held, so that its records stay in the stream."""
    site = new_site(stack)
    with held(stack, *workers(stack)):
        yield site


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


def shard_of(stack: Stack, visitor: Visitor) -> int:
    return zlib.crc32(visitor.session.encode()) % stack.settings.collector.shards


def test_record_holds_the_request_as_it_was_sent(stack: Stack, door: Door, site: Site) -> None:
    visitor = Visitor()
    sent = {}
    before = time.time()
    for number, body in enumerate([events(), b'{"e": not checked here}', b"{\x00\r\n\xff\xfe}", b"{}"]):
        query = visitor.query(site.key, number)
        answer = door.send(f"/c/e?{query}", body, headers={"User-Agent": f"Browser/{number} (\u00e9\u00fc)"})
        assert answer.status == 204
        sent[number] = (query.encode(), body, answer.request_id, f"Browser/{number} (\u00e9\u00fc)".encode("latin-1"))
    found = records_of(stack, site.project_id)
    assert [(record.query, record.body, record.request_id, record.ua) for _, record in found] == list(sent.values())
    for shard, record in found:
        assert shard == shard_of(stack, visitor)
        assert record.channel == "e"
        assert record.site_id > 0
        assert before - 2 < record.received_ms / 1000 < time.time() + 2


@pytest.mark.parametrize("size", [2, 1_000, 70_000, 1_048_575, 1_048_576, 1_048_577, 4_194_304])
def test_recording_chunk_of_any_size_arrives_whole(stack: Stack, door: Door, site: Site, size: int) -> None:
    """Over 1 MiB nginx puts it into a file."""
    visitor, body = Visitor(), b"[" + random.Random(size).randbytes(size - 2) + b"]"
    assert door.send(f"/c/r?{visitor.query(site.key)}", body).status == 204
    [(shard, record)] = records_of(stack, site.project_id)
    assert (shard, record.channel, len(record.body)) == (shard_of(stack, visitor), "r", size)
    assert record.body == body


def test_gzip_chunk_is_kept_as_sent(stack: Stack, door: Door, site: Site) -> None:
    body = gzip.compress(b'[{"type":4,"timestamp":1,"data":{}}]')
    assert door.send(f"/c/r?{Visitor().query(site.key)}", body).status == 204
    [(_, record)] = records_of(stack, site.project_id)
    assert record.body == body


def test_query_in_any_order_and_with_strange_arguments_is_taken(stack: Stack, door: Door, site: Site) -> None:
    visitor = Visitor()
    plain = visitor.query(site.key, 7)
    queries = [
        "&".join(reversed(plain.split("&"))),
        f"utm=1&{plain}&x=%00%0a",
        f"{visitor.query(site.key, 123456)}&",
        f"&&{plain}",
    ]
    for query in queries:
        assert door.send(f"/c/e?{query}", events()).status == 204
    found = records_of(stack, site.project_id)
    assert [record.query.decode() for _, record in found] == queries
    assert {shard for shard, _ in found} == {shard_of(stack, visitor)}


def test_user_agent_is_cut_and_may_be_missing(stack: Stack, door: Door, site: Site) -> None:
    visitor = Visitor()
    for number, ua in enumerate(["x" * 3_000, None]):
        path = f"/c/e?{visitor.query(site.key, number)}"
        assert door.send(path, events(), headers={"User-Agent": ua}).status == 204
    assert [record.ua for _, record in records_of(stack, site.project_id)] == [b"x" * 512, b""]


def test_body_in_pieces_and_requests_in_one_go_are_taken(stack: Stack, site: Site) -> None:
    """Chunked transfer, a body that comes byte by byte, several requests on a connection before the first answer."""
    visitor = Visitor()
    bodies = [events(), b"{" + b"x" * 20 + b"}", b"{}"]
    heads = [f"POST /c/e?{visitor.query(site.key, number)} HTTP/1.1\r\nHost: e\r\n" for number in range(3)]
    heads = [f"{head}Origin: {stack.shop}\r\n" for head in heads]
    edge = urlsplit(stack.edge)
    with socket.create_connection((edge.hostname, edge.port), timeout=30) as connection:
        half = len(bodies[0]) // 2
        pieces = [f"{half:x}\r\n".encode(), bodies[0][:half], b"\r\n"]
        pieces += [f"{len(bodies[0]) - half:x}\r\n".encode(), bodies[0][half:], b"\r\n0\r\n\r\n"]
        connection.sendall(f"{heads[0]}Transfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces:
            connection.sendall(piece)
        second = f"{heads[1]}Content-Length: {len(bodies[1])}\r\n\r\n".encode() + bodies[1]
        for at in range(len(second)):
            connection.sendall(second[at : at + 1])
        connection.sendall(f"{heads[2]}Content-Length: 2\r\nConnection: close\r\n\r\n".encode() + bodies[2])
        answered = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answered.count(b"HTTP/1.1 204") == 3
    assert [record.body for _, record in records_of(stack, site.project_id)] == bodies


def test_requests_of_many_at_once_are_all_there_once(stack: Stack, site: Site) -> None:
    senders, each = 24, 25

    def browse(number: int) -> list[tuple[bytes, bytes, str]]:
        door, visitor, chance = Door(stack), Visitor(), random.Random(number)
        sent = []
        for sequence in range(each):
            channel = chance.choice("eer")
            size = chance.choice([0, 10, 900, 5_000, 150_000])
            body = chance.randbytes(size)
            body = b"[" + body + b"]" if channel == "r" else b"{" + body + b"}"
            query = visitor.query(site.key, sequence)
            answer = door.send(f"/c/{channel}?{query}", body)
            assert answer.status == 204
            sent.append((query.encode(), body, answer.request_id))
        door.close()
        return sent

    with ThreadPoolExecutor(senders) as pool:
        acknowledged = [one for sent in pool.map(browse, range(senders)) for one in sent]
    found = records_of(stack, site.project_id)
    assert len(acknowledged) == senders * each
    assert Counter(acknowledged) == Counter((record.query, record.body, record.request_id) for _, record in found)
    by_session: dict[str, list[int]] = {}
    for shard, record in found:
        session = record.query.decode().split("s=")[1][:32]
        assert shard == zlib.crc32(session.encode()) % stack.settings.collector.shards
        by_session.setdefault(session, []).append(int(record.query.decode().split("&n=")[1].split("&")[0]))
    assert all(numbers == list(range(each)) for numbers in by_session.values()), "a session's requests keep their order"
    assert len({shard for shard, _ in found}) == stack.settings.collector.shards


def test_browser_that_does_not_wait_for_the_answer_is_stored_too(stack: Stack, site: Site) -> None:
    edge = urlsplit(stack.edge)
    body = events()
    head = f"POST /c/e?{Visitor().query(site.key)} HTTP/1.1\r\nHost: e\r\nOrigin: {stack.shop}\r\n"
    with socket.create_connection((edge.hostname, edge.port), timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    [(_, record)] = until(lambda: records_of(stack, site.project_id), "the request to be stored")
    assert record.body == body
