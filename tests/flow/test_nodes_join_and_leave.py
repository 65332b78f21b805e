"""Nodes join and leave, and everything is restarted, while visitors send: no request fails, each is stored once."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from door import Door, Site, Visitor, events, new_site, until
from running_stack import Stack, command, own_stack
from steady_load import steady_load

from ops import door_figures, processes

TAKES_OVER_S = 10  # a shard is without a worker for less than this


@pytest.fixture(scope="module")
def one() -> Iterator[Stack]:
    """A stack that begins with one node, which lives in the edge; shards for several workers, patience with senders."""
    with own_stack(
        COLLECTOR_SHARDS="6", COLLECTOR_SLOW_START_S="1", COLLECTOR_WORKERS="1", EDGE_CLIENT_TIMEOUT_S="300"
    ) as own:
        yield own


def node(stack: Stack, *words: str) -> str:
    """`heatwake node WORDS`, which must succeed."""
    done = stack.run("node", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(stack: Stack) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = json.loads(node(stack, "list", "--json"))
    return nodes


def states(stack: Stack) -> dict[int, str]:
    return {one["number"]: "edge" if one["in_edge"] else one["state"] for one in listed(stack)}


def shards_of_workers(stack: Stack) -> dict[str, int]:
    """How many shards each worker holds."""
    with psycopg.connect(stack.settings.dsn("worker")) as connection:
        rows = connection.execute("SELECT owner FROM shard_leases WHERE expires_at > now()").fetchall()
    return dict(Counter(owner.rpartition("/")[2] for (owner,) in rows))


def taken_by(stack: Stack, number: int) -> int:
    """Requests that a node has answered with 204."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.settings.collector.port + number - 1, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found = [line for line in text.splitlines() if line.startswith('heatwake_door_requests_total{channel="e"}')]
    return int(found[0].rpartition(" ")[2]) if found else 0


def refused_of_19(stack: Stack, number: int) -> int:
    """Of 19 requests for a new site of ten a second, how many a node (0: the edge) refuses; a bucket holds 20."""
    site, door = new_site(stack), Door(stack, node=number)
    limited = stack.run("project", "rules", str(site.project_id), "--requests-per-second", "10")
    assert limited.returncode == 0, limited.stderr
    answers = [door.send(f"/c/e?{Visitor().query(site.key)}", events()).status for _ in range(19)]
    door.close()
    assert set(answers) <= {204, 429}
    return answers.count(429)


def children_of(stack: Stack, name: str) -> set[int]:
    """The processes below a master."""
    pid = stack.pid(name)
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_nodes_join_and_leave_without_a_failed_request(one: Stack) -> None:
    assert states(one) == {1: "edge"}
    assert refused_of_19(one, 0) == 0
    with steady_load(one) as load:
        assert node(one, "add") == "Node 2 takes requests, slowly at first.\n"
        assert states(one) == {1: "serving", 2: "serving"}
        load.until_more(400)
        until(lambda: min(taken_by(one, 1), taken_by(one, 2)) > 50, "both nodes to take requests")
        for number in (1, 2):
            until(lambda number=number: refused_of_19(one, number) > 0, "a node to let half of a site's rate through")
        until(lambda: shards_of_workers(one) == {"1": 3, "2": 3}, "the workers to share the shards", TAKES_OVER_S)

        node(one, "add")
        until(lambda: taken_by(one, 3) > 50, "the third node to take requests")
        until(lambda: set(shards_of_workers(one).values()) == {2}, "three workers to share the shards", TAKES_OVER_S)

        node(one, "drain", "1")
        assert states(one) == {1: "drained", 2: "serving", 3: "serving"}
        assert [one["workers"] for one in listed(one)] == [[], [2], [3]]
        assert one.pid("worker-1") is None
        before = taken_by(one, 1)
        load.until_more(300)
        assert taken_by(one, 1) == before, "a drained node is sent nothing"
        until(lambda: shards_of_workers(one) == {"2": 3, "3": 3}, "the others to have its shards", TAKES_OVER_S)
        node(one, "add", "1")
        until(lambda: taken_by(one, 1) > before + 50, "the node to take requests again")

        for number, left in ((1, {2: "serving", 3: "serving"}), (3, {2: "edge"})):
            node(one, "remove", str(number))
            assert states(one) == left
            load.until_more()
        assert refused_of_19(one, 0) == 0, "the node that is left lets all of a site's rate through"
        assert [one.pid(name) for name in ("node-1", "node-2", "node-3", "worker-3", "monolith-1")] == [None] * 5
        until(lambda: shards_of_workers(one) == {"2": 6}, "one worker to hold all shards", TAKES_OVER_S)
    until(lambda: one.run("status").returncode == 0, "all to be ready")
    assert json.loads(Path(one.settings.var / "run" / "nodes.json").read_text())["numbers"] == [2]


class HalfSent:
    """A request whose head the edge has and whose body is still to come."""

    def __init__(self, stack: Stack, method: str, path: str, body: bytes) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(stack.edge).netloc, timeout=30)
        self._body = body
        self._connection.putrequest(method, path)
        for name, value in (("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Origin", stack.shop)):
            self._connection.putheader(name, value)
        self._connection.endheaders()

    def end(self) -> int:
        """Send the body; the answer's status."""
        self._connection.send(self._body)
        answer = self._connection.getresponse()
        answer.read()
        self._connection.close()
        return answer.status


def half_sent(stack: Stack, site: Site, with_loader: bool) -> list[HalfSent]:
    """A request to each of the door's names, once the edge works on all of them."""
    query = Visitor().query(site.key)
    chunk = json.dumps([{"type": 3, "timestamp": 1_700_000_000_000, "data": {"source": 0}}]).encode()
    begun = [HalfSent(stack, "POST", f"/c/e?{query}", events()), HalfSent(stack, "POST", f"/c/r?{query}", chunk)]
    if with_loader:
        begun.append(HalfSent(stack, "GET", f"/h/{site.key}.js", b"{}"))
    until(lambda: door_figures.under_way(stack.settings, "edge") >= len(begun), "the edge to have the heads")
    return begun


def test_requests_that_came_under_another_list_of_nodes_are_answered(one: Stack) -> None:
    site = new_site(one)
    begun = half_sent(one, site, with_loader=False)  # which the edge as the door answers without waiting for a body
    node(one, "add")
    assert [request.end() for request in begun] == [204, 204]
    begun = half_sent(one, site, with_loader=True)
    node(one, "remove", "1")
    assert list(states(one).values()) == ["edge"]
    assert [request.end() for request in begun] == [204, 204, 200]


def test_the_last_node_stays(one: Stack) -> None:
    [last] = listed(one)
    refused = one.run("node", "remove", str(last["number"]))
    assert refused.returncode == 1
    assert "is the only one that takes requests" in refused.stderr
    unknown = one.run("node", "drain", "15")
    assert unknown.returncode == 1
    assert "There is no node 15" in unknown.stderr


@pytest.mark.parametrize("nodes", [1, 2])
def test_everything_is_restarted_without_a_failed_request(one: Stack, nodes: int) -> None:
    assert command("up", "--detach", "--empty", "--nodes", str(nodes), env=one.env).returncode == 0
    running = processes.instances(processes.running(one.settings))
    names = [name for name in running if name.startswith(("worker", "node"))]
    with steady_load(one) as load:
        before = {name: one.pid(name) for name in names}
        children = {name: children_of(one, name) for name in ("edge", "dashboard")}
        restarted = one.run("restart", "--rolling")
        assert restarted.returncode == 0, restarted.stderr
        assert len(restarted.stdout.splitlines()) == nodes + 2
        load.until_more()
    assert all(one.pid(name) not in (None, pid) for name, pid in before.items())
    for name, old in children.items():
        assert children_of(one, name) - old, f"{name} has new processes"
    until(lambda: one.run("status").returncode == 0, "all to be ready")
