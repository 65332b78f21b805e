"""Workers share the shards: each has its part, and takes over what another leaves or can no longer hold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from door import Door, Visitor, events, new_site, until
from running_stack import Stack
from stored import Stored

from heatwake.settings import ROOT
from ops.shape import environment
from storage.postgres import Database, DatabaseUnavailable

NODE = "9"
WITHOUT_AN_OWNER_S = 10  # at most, as the database has recorded it; the lease and a renewal are 7.5 of them


@contextmanager
def another_worker(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of one more node, beside those that the stack runs."""
    settings = {**environment(stack.settings), "HEATWAKE_NODE": NODE}
    process = subprocess.Popen(
        [sys.executable, "-m", "collector.worker"], cwd=ROOT, env=settings, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def owners(stack: Stack) -> dict[int, str]:
    """Who holds each shard now."""
    with psycopg.connect(stack.settings.dsn("worker")) as connection:
        rows = connection.execute("SELECT shard, owner FROM shard_leases WHERE expires_at > now()").fetchall()
    return {shard: owner.rpartition("/")[2] for shard, owner in rows}


def whole(stack: Stack) -> bool:
    """Whether every shard is with a worker of the stack."""
    held = owners(stack)
    return len(held) == stack.settings.collector.shards and NODE not in held.values()


def assert_all_shards_are_worked_on(stack: Stack) -> None:
    """Visitors of every shard are counted."""
    site, door = new_site(stack), Door(stack)
    for _ in range(32):
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events()).status == 204
    door.close()
    Stored(stack, site).until_ledger(accepted=32)


def test_workers_share_the_shards_and_a_stopped_ones_part_goes_back_at_once(stack: Stack) -> None:
    until(lambda: whole(stack), "the stack's own workers to hold all shards")
    shards, workers = stack.settings.collector.shards, stack.settings.collector.workers + 1
    with another_worker(stack) as other:

        def shared() -> bool:
            parts = Counter(owners(stack).values())
            even = {*parts.values()} <= {shards // workers, -(-shards // workers)}
            return NODE in parts and len(parts) == workers and sum(parts.values()) == shards and even

        until(shared, "all workers to hold an even part of the shards")
        assert_all_shards_are_worked_on(stack)
        other.send_signal(signal.SIGTERM)
        assert other.wait(60) == 0
        assert NODE not in owners(stack).values()
        until(lambda: whole(stack), "the shards that were given back to be taken")
    assert_all_shards_are_worked_on(stack)


def visitor_of(stack: Stack, shard: int) -> Visitor:
    """A visitor whose requests go through this shard."""
    while zlib.crc32((visitor := Visitor()).session.encode()) % stack.settings.collector.shards != shard:
        pass
    return visitor


def since_last_sign(stack: Stack, shards: list[int]) -> list[float]:
    """Seconds, by the database's clock, from the dead worker's last sign of life to each shard's last commit."""
    with psycopg.connect(stack.settings.dsn("worker")) as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM committed_at - w.expires_at)::float8 FROM stream_offsets, workers w"
            " WHERE split_part(w.worker, '/', 2) = %s AND shard = ANY(%s)",
            (NODE, shards),
        ).fetchall()
    return [stack.settings.collector.lease_s + behind for (behind,) in rows]


def test_killed_workers_shards_are_committed_again_within_ten_seconds_of_its_last_sign(stack: Stack) -> None:
    site, door = new_site(stack), Door(stack)
    with another_worker(stack) as other:
        until(lambda: NODE in owners(stack).values(), "the other worker to hold shards")
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    orphaned = [shard for shard, owner in owners(stack).items() if owner == NODE]
    assert orphaned, "its leases outlive it"
    for shard in orphaned:
        assert door.send(f"/c/e?{visitor_of(stack, shard).query(site.key)}", events()).status == 204
    door.close()
    Stored(stack, site).until_ledger(accepted=len(orphaned))
    waited = since_last_sign(stack, orphaned)
    assert len(waited) == len(orphaned)
    assert min(waited) > stack.settings.collector.lease_s, "nobody took a shard whose lease had not ended"
    assert max(waited) <= WITHOUT_AN_OWNER_S
    assert_all_shards_are_worked_on(stack)
    assert whole(stack)


def test_worker_that_stands_still_in_a_transaction_holds_up_nobody(stack: Stack) -> None:
    database = Database(stack.settings, "worker", size=1)

    def stand_still() -> None:
        with database.transaction() as connection:
            connection.execute("SELECT shard FROM stream_offsets FOR UPDATE")
            assert_all_shards_are_worked_on(stack)
            connection.execute("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        stand_still()
    database.close()
