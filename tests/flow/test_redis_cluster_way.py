"""The whole way, door to Postgres, through a Redis Cluster: a slot moves and a master dies while visitors send."""

from __future__ import annotations

import json
import os
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from door import Door, Visitor, events, new_site, until
from redis import Redis
from running_stack import Stack, own_stack
from steady_load import steady_load
from stored import Stored

from ops import door_figures
from ops.redis_server import master_port
from storage.event_stream import stream_key

MASTERS = (1, 2, 3)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Stack]:
    # Masters stand still here for as long as a test takes to look.
    with own_stack(REDIS_MODE="cluster", COLLECTOR_SHARDS="8", REDIS_ANSWER_MS="20000") as own:
        yield own


@contextmanager
def master(stack: Stack, number: int) -> Iterator[Any]:
    """A client of one master alone."""
    client: Any = Redis(port=master_port(stack.settings, number), decode_responses=True)
    try:
        yield client
    finally:
        client.close()


def appended(stack: Stack, number: int) -> int:
    """How many entries a master has taken."""
    with master(stack, number) as client:
        return int(client.info("commandstats").get("cmdstat_xadd", {"calls": 0})["calls"])


def slot_and_home(stack: Stack, shard: int) -> tuple[int, int]:
    """The shard's slot, and the number of the master that has it."""
    with master(stack, 1) as client:
        slot = int(client.execute_command("CLUSTER KEYSLOT", stream_key(shard)))
    for number in MASTERS:
        with master(stack, number) as client:
            mine = [one for one in client.execute_command("CLUSTER NODES").values() if "myself" in one["flags"]]
            if any(int(first) <= slot <= int(last) for first, last in (_range(part) for part in mine[0]["slots"])):
                return slot, number
    raise AssertionError(f"nobody has slot {slot}")


def _range(part: list[str]) -> tuple[str, str]:
    return part[0], part[-1]


def spooled(stack: Stack, way: str) -> float:
    """Requests that went into the spool (in) or back out of it (out)."""
    found = door_figures.read(stack.settings, "edge").get(f'heatwake_spool_requests_total{{way="{way}"}}', [0.0])
    return found[0]


def refused(stack: Stack, number: int) -> int:
    """How many commands a master has refused because it has too few replicas."""
    with master(stack, number) as client:
        return int(client.info("errorstats").get("errorstat_NOREPLICAS", {"count": 0})["count"])


def visitor_of(stack: Stack, number: int) -> Visitor:
    """Someone whose session's shard a master has."""
    homes = [slot_and_home(stack, shard)[1] for shard in range(stack.settings.collector.shards)]
    while True:
        visitor = Visitor()
        if homes[zlib.crc32(visitor.session.encode()) % len(homes)] == number:
            return visitor


def keeper(pid: int) -> int:
    """The process that starts `pid` again: its parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_every_master_has_its_part_of_the_requests(cluster: Stack) -> None:
    before = [appended(cluster, number) for number in MASTERS]
    with steady_load(cluster) as load:
        load.until_more(300)
    assert all(appended(cluster, number) > had for number, had in zip(MASTERS, before, strict=True))
    assert cluster.run("status").returncode == 0


def test_moved_slot_is_followed_and_no_request_fails(cluster: Stack) -> None:
    slot, source = slot_and_home(cluster, 0)
    target = source % len(MASTERS) + 1
    with (
        master(cluster, source) as old,
        master(cluster, target) as new,
        steady_load(cluster) as load,
    ):
        ids = {number: client.execute_command("CLUSTER MYID") for number, client in ((source, old), (target, new))}
        new.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", ids[source])
        old.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", ids[target])
        load.until_more(150)
        while keys := old.execute_command("CLUSTER GETKEYSINSLOT", slot, 100):
            old.execute_command(
                "MIGRATE", "127.0.0.1", master_port(cluster.settings, target), "", 0, 5000, "KEYS", *keys
            )
        taken = appended(cluster, target)
        load.until_more(150)
        assert appended(cluster, target) > taken, "what the new master was asked for (ASK) went there"
        for number in (target, source, *(one for one in MASTERS if one not in (source, target))):
            with master(cluster, number) as client:
                client.execute_command("CLUSTER SETSLOT", slot, "NODE", ids[target])
        load.until_more(150)
    assert slot_and_home(cluster, 0) == (slot, target)


def test_batch_that_a_master_refused_is_not_taken_for_a_later_one_that_it_took(cluster: Stack) -> None:
    """Both are under way while another master, which is to answer before, stands still."""
    site, (still, refusing) = new_site(cluster), MASTERS[:2]
    first, second = visitor_of(cluster, still), visitor_of(cluster, refusing)
    chunk = json.dumps(
        [{"type": 3, "timestamp": int(time.time() * 1000), "data": {"source": 0, "text": "x" * 300_000}}]
    )
    pid, before = cluster.pid(f"redis-master-{still}"), spooled(cluster, "in")
    assert pid

    def sent(channel: str, visitor: Visitor, n: int) -> int:
        door = Door(cluster)
        try:
            body = events() if channel == "e" else chunk.encode()
            return door.send(f"/c/{channel}?{visitor.query(site.key, n)}", body).status
        finally:
            door.close()

    with master(cluster, refusing) as client, ThreadPoolExecutor(3) as pool:
        known, taken = refused(cluster, refusing), appended(cluster, refusing)
        for visitor in (first, second):
            assert sent("e", visitor, 0) == 204  # the links are there
        os.kill(pid, signal.SIGSTOP)
        try:
            answers = [pool.submit(sent, "e", first, 1)]
            client.config_set("min-replicas-to-write", 1)
            answers.append(pool.submit(sent, "r", second, 0))
            until(lambda: refused(cluster, refusing) > known, "the first batch to be refused")
            client.config_set("min-replicas-to-write", 0)
            answers.append(pool.submit(sent, "r", second, 1))
            until(lambda: appended(cluster, refusing) > taken + 1, "the second batch to be taken")
        finally:
            client.config_set("min-replicas-to-write", 0)
            os.kill(pid, signal.SIGCONT)
        assert [answer.result() for answer in answers] == [204, 204, 204]
    until(lambda: spooled(cluster, "in") > before, "what was refused to go into the spool")
    until(lambda: not list(cluster.settings.spool_path.glob("*.spool")), "the spool to be fed back")
    Stored(cluster, site).until_ledger(accepted=5)


def test_killed_masters_requests_wait_in_the_spool(cluster: Stack) -> None:
    _, number = slot_and_home(cluster, 1)
    name = f"redis-master-{number}"
    with steady_load(cluster) as load:
        pid = cluster.pid(name)
        assert pid
        keeps, before = keeper(pid), spooled(cluster, "in")
        os.kill(keeps, signal.SIGSTOP)
        try:
            cluster.kill(name)
            load.until_more(200)
            until(lambda: spooled(cluster, "in") > before, "requests to be in the spool")
        finally:
            os.kill(keeps, signal.SIGCONT)
        until(lambda: cluster.pid(name) not in (None, pid), f"{name} to run again")
        until(lambda: not list(cluster.settings.spool_path.glob("*.spool")), "the spool to be fed back")
        load.until_more(100)
    assert cluster.run("status").returncode == 0
