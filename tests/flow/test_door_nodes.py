"""Two collector nodes behind the balancer: stores and nodes that go away while visitors send."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from door import Answer, Door, Site, Visitor, events, new_site, until
from event_records import held, records_of, refused, workers
from outages import down
from pymemcache import Client
from running_stack import Stack, own_stack
from stored import Stored

NODES = 2


@pytest.fixture(scope="module")
def nodes() -> Iterator[Stack]:
    """Two nodes that ask anew after a second whose a site is."""
    with own_stack("--nodes", str(NODES), COLLECTOR_SITE_CACHE_S="1", COLLECTOR_SLOW_START_S="0") as own:
        yield own


@pytest.fixture
def door(nodes: Stack) -> Iterator[Door]:
    door = Door(nodes)
    yield door
    door.close()


def taken_site(nodes: Stack) -> Site:
    """A new site once both nodes have found it: a node that met a monolith going down asks none for a second."""
    site = new_site(nodes)
    for number in range(1, NODES + 1):
        own = Door(nodes, node=number)
        until(
            lambda own=own: own.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204, "a node to take it"
        )
        own.close()
    return site


def until_both_take_turns(nodes: Stack, door: Door, site: Site) -> int:
    """Wait until the edge leaves no node out, as it does for two seconds after failures; gives how many were sent."""
    name, sent = 'heatwake_door_requests_total{channel="e"}', 0
    # A node tells its counts once a second: some may still be of before.
    enough = [metric(nodes, node, name) + 25 for node in range(1, NODES + 1)]

    def taken_by_all() -> bool:
        nonlocal sent
        for _ in range(NODES):
            assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
            sent += 1
        return all(metric(nodes, node, name) >= enough[node - 1] for node in range(1, NODES + 1))

    until(taken_by_all, "all nodes to take requests from the edge")
    return sent


def metric(stack: Stack, node: int, name: str) -> float:
    """A figure of a node's /metrics; 0 while it has none."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.settings.collector.port + node - 1, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.M)
    return float(found[1]) if found else 0.0


def test_both_nodes_take_traffic(nodes: Stack, door: Door) -> None:
    site, name = new_site(nodes), 'heatwake_door_requests_total{channel="e"}'
    before = [metric(nodes, node, name) for node in (1, 2)]
    answers = [door.send(f"/c/e?{Visitor().query(site.key)}", events()) for _ in range(40)]
    assert {answer.status for answer in answers} == {204}
    assert len({answer.request_id for answer in answers}) == 40
    counted = until(
        lambda: (now := [metric(nodes, node, name) - before[node - 1] for node in (1, 2)]) and sum(now) == 40 and now,
        "both nodes to have counted",
    )
    assert min(counted) >= 10


def test_killed_node_loses_nothing_acknowledged_and_the_edge_goes_on(nodes: Stack) -> None:
    site = taken_site(nodes)
    stop = threading.Event()

    def browse(number: int) -> Counter[str]:
        """Sends until told to stop, each again until it is acknowledged, as the tracker does."""
        door, visitor = Door(nodes), Visitor()
        acknowledged: Counter[str] = Counter()
        sequence = 0
        while not stop.is_set():
            query = visitor.query(site.key, sequence)
            answer = door.send(f"/c/e?{query}", events())
            assert answer.status in (204, 503), answer.body
            if answer.status == 204:
                acknowledged[query] += 1
                sequence += 1
            else:
                assert answer.headers["Retry-After"] == "2"
        door.close()
        return acknowledged

    with held(nodes, *workers(nodes)):
        with ThreadPoolExecutor(8) as pool:
            browsers = [pool.submit(browse, number) for number in range(8)]
            for name in ("node-1", "node-2"):
                until(lambda: len(records_of(nodes, site.project_id)) > 50, "traffic before the kill")
                killed = nodes.kill(name)
                seen = len(records_of(nodes, site.project_id))
                until(lambda seen=seen: len(records_of(nodes, site.project_id)) > seen + 50, "traffic after the kill")
                until(lambda name=name, killed=killed: nodes.pid(name) not in (None, killed), f"{name} to run again")
            stop.set()
            acknowledged = sum((browser.result() for browser in browsers), Counter[str]())
        stored = Counter(
            record.query.decode() for _, record in records_of(nodes, site.project_id) if record.channel == "e"
        )
    assert acknowledged
    assert acknowledged.keys() - stored.keys() == set()


def test_all_nodes_gone_is_a_503_that_the_tracker_understands(nodes: Stack) -> None:
    site = taken_site(nodes)
    doors = [Door(nodes) for _ in range(16)]  # the edge then keeps connections to both nodes
    for door in doors:
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    with down(nodes, "node-1", "node-2"):
        answers = [door.send(f"/c/e?{Visitor().query(site.key)}", events()) for door in doors * 3]
        loaders = [door.get(f"/h/{site.key}.js") for door in doors]
    assert {(answer.status, answer.code, answer.headers["Retry-After"]) for answer in answers} == {
        (503, "unavailable", "2")
    }
    assert {(one.status, one.headers["Retry-After"], one.headers["Cache-Control"]) for one in loaders} == {
        (503, "5", "no-store")
    }
    assert all(len(one.headers.get_all("X-Request-Id", [])) == 1 for one in loaders)
    for door in doors:
        until(
            lambda door=door: door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204,
            "a node to be back",
        )
        door.close()


def test_redis_down_is_told_and_both_nodes_spool_meanwhile(nodes: Stack, door: Door) -> None:
    site = taken_site(nodes)
    before = NODES + until_both_take_turns(nodes, door, site)
    chunk = b'[{"type":3,"timestamp":%d,"data":{"source":0}}]' % (time.time() * 1000)
    with down(nodes, "redis"):
        for path, body in (("/c/e", events()), ("/c/r", chunk)) * 5:
            assert door.send(f"{path}?{Visitor().query(site.key)}", body).status == 204
        for node in range(NODES):
            connection = http.client.HTTPConnection("127.0.0.1", nodes.settings.collector.port + node, timeout=10)
            connection.request("GET", "/readyz")
            told = connection.getresponse()
            assert told.status == 200
            assert "Redis" in json.loads(told.read())["spooling"]
            connection.close()
        spooled = [path.read_bytes() for path in nodes.settings.spool_path.iterdir()]
        assert len(spooled) == NODES
        assert sum(segment.count(site.key.encode()) for segment in spooled) == 10
    Stored(nodes, site).until_ledger(accepted=10 + before)


def test_sites_are_found_in_memcached_without_the_monolith(nodes: Stack, door: Door) -> None:
    site = new_site(nodes)
    told = {"fresh_until": int(time.time()) + 600, "site": {"project_id": site.project_id, "site_id": 1}}
    told["site"] |= {"origins": [], "enabled": True, "record": True}  # type: ignore[operator]
    with down(nodes, "monolith-1", "monolith-2"):
        unknown = door.send(f"/c/e?{Visitor().query(site.key)}", events())
        assert (unknown.status, unknown.headers["Retry-After"]) == (503, "2"), "nobody can tell whose it is"
        cache = Client(nodes.settings.memcached_nodes[0])
        cache.set(f"hw:site:{site.key}", json.dumps(told), noreply=False)
        anyone = {"Origin": "https://any.example"}
        known = [door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=anyone) for _ in range(6)]
        assert {answer.status for answer in known} == {204}
        cache.delete(f"hw:site:{site.key}", noreply=False)
        again = [door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers=anyone) for _ in range(6)]
        assert {answer.status for answer in again} == {204}, "the nodes keep what memcached told them"


def test_old_answers_go_on_while_nobody_can_be_asked(nodes: Stack, door: Door) -> None:
    site = taken_site(nodes)
    stale = 'heatwake_door_site_lookups_total{layer="stale"}'
    before = sum(metric(nodes, node, stale) for node in (1, 2))
    with down(nodes, "monolith-1", "monolith-2", "memcached"):

        def sends() -> bool:
            assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
            return sum(metric(nodes, node, stale) for node in (1, 2)) > before

        until(sends, "an old answer to be used")
        unknown = door.send(f"/c/e?{Visitor().query('0' * 16)}", events())
        assert (unknown.status, unknown.code) == (503, "unavailable")


def test_site_that_is_switched_off_is_refused_soon(nodes: Stack, door: Door) -> None:
    site = taken_site(nodes)
    for enabled, status in ((False, 404), (True, 204)):
        with psycopg.connect(nodes.settings.dsn("owner")) as connection:
            connection.execute("UPDATE sites SET enabled = %s WHERE site_key = %s", (enabled, site.key))

        def settled(status: int = status) -> bool:
            answers: list[Answer] = [door.send(f"/c/e?{Visitor().query(site.key)}", events()) for _ in range(4)]
            return {answer.status for answer in answers} == {status}

        until(settled, f"both nodes to answer {status}")


def test_request_id_is_the_same_from_the_edge_to_the_stream(nodes: Stack, door: Door) -> None:
    site, log = taken_site(nodes), nodes.settings.var / "log"
    Stored(nodes, site).until_ledger(accepted=NODES)
    with held(nodes, *workers(nodes)):
        answer = door.send(f"/c/e?{Visitor().query(site.key)}", events(), headers={"X-Request-Id": "0123456789abcdef"})
        [record] = [
            record for _, record in records_of(nodes, site.project_id) if record.request_id == answer.request_id
        ]
    assert record.request_id != "0123456789abcdef"
    unknown = door.send(f"/c/e?{Visitor().query('f' * 16)}", events())
    assert unknown.status == 404

    def processes() -> set[str]:
        lines = [line for path in log.iterdir() for line in path.read_text().splitlines() if unknown.request_id in line]
        return {json.loads(line[line.index("{") :])["process"].rstrip("12") for line in lines}

    until(lambda: processes() == {"edge", "node-", "monolith-"}, "edge, node and monolith to have logged the request")


def test_body_that_the_edge_itself_refuses_is_counted_for_its_project(nodes: Stack, door: Door) -> None:
    site = taken_site(nodes)
    large = b"[" + b" " * nodes.settings.collector.body_limit_recording + b"]"
    with held(nodes, *workers(nodes)):
        assert door.send(f"/c/r?{Visitor().query(site.key)}", large).status == 413
        counted = until(lambda: refused(nodes, site.project_id), "the refusal to be in the stream")
    assert counted == {"too_large": (1, len(large))}
