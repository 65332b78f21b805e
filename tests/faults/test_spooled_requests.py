"""Redis away, standing still or full: requests are acknowledged from the spool on disk, and counted once it is back."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from door import Answer, Door, Site, Visitor, events, until
from outages import children, down
from redis import Redis
from running_stack import Stack, own_stack
from stored import Stored

from collector.records import Record, framed

SPOOL_MB = 6
AT_ONCE = 6


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack with a small spool that does not wait long for Redis."""
    with own_stack(COLLECTOR_SPOOL_MB=str(SPOOL_MB), REDIS_ANSWER_MS="500") as own:
        yield own


def send(stack: Stack, site: Site, requests: int = 30) -> list[str]:
    """Visitors at once, with interactions and recordings, all of which must be acknowledged; gives their sessions."""

    def visit(number: int) -> str:
        door, visitor = Door(stack), Visitor()
        for sequence in range(number, requests, AT_ONCE):
            n = sequence // AT_ONCE
            channel, body = ("e", events()) if n % 2 == 0 else ("r", recording(200))
            assert door.send(f"/c/{channel}?{visitor.query(site.key, n // 2)}", body).status == 204
        door.close()
        return visitor.session

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(visit, range(AT_ONCE)))


def recording(size: int) -> bytes:
    """A recording chunk of one event and about `size` bytes."""
    event = {"type": 3, "timestamp": int(time.time() * 1000), "data": {"source": 0, "text": "x" * size}}
    return json.dumps([event]).encode()


def asked(stack: Stack, path: str) -> Answer:
    """The edge's answer to a GET."""
    door = Door(stack)
    try:
        return door.get(path)
    finally:
        door.close()


def metric(stack: Stack, name: str) -> float:
    """A figure of the edge's /metrics; 0 while it has none."""
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", asked(stack, "/metrics").body.decode(), re.M)
    return float(found[1]) if found else 0.0


def readiness(stack: Stack) -> dict[str, Any]:
    """What /readyz says; the edge must be fit for traffic."""
    answer = asked(stack, "/readyz")
    assert answer.status == 200, answer.body
    told: dict[str, Any] = json.loads(answer.body)
    return told


def segments(stack: Stack) -> list[Path]:
    """The spool's files, oldest first."""
    return sorted(stack.settings.spool_path.iterdir())


def until_empty(stack: Stack) -> None:
    """Wait until all that was spooled has been fed back."""
    until(lambda: not segments(stack) and "spooling" not in readiness(stack), "the spool to be fed back")


def kill_nginx_worker(stack: Stack) -> None:
    """`kill -9` it; another runs when this returns."""
    master = stack.pid("edge")
    assert master
    killed = children(master)
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    until(lambda: set(children(master)) - set(killed), "another nginx worker")


@contextmanager
def standing_still(pid: int | None) -> Iterator[None]:
    """The process is stopped inside, or till it is killed there."""
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_redis_down_requests_are_acknowledged_from_the_spool_and_counted_once(
    stack: Stack, site: Site, stored: Stored
) -> None:
    with down(stack, "redis"):
        sessions = send(stack, site)
        assert "Redis" in readiness(stack)["spooling"]
        assert segments(stack)
        told = json.loads(stack.run("status", "--json").stdout)["spool"]
        assert list(told["spooling"]) == ["edge"]
        assert told["bytes"] > 0
        assert "edge puts requests into the spool" in stack.run("doctor").stdout
    until_empty(stack)
    stored.until_ledger(accepted=30)
    for session in sessions:
        row = stored.session(session)
        assert (row["page_views"], row["recording_events"]) == (1, 2)
    assert until(lambda: metric(stack, 'heatwake_spool_requests_total{way="out"}') >= 30, "the metric to be shared")
    assert metric(stack, "heatwake_spool_bytes") == 0


@pytest.mark.parametrize("killed", [False, True], ids=["and goes on", "and is killed"])
def test_redis_that_stands_still_holds_nobody_up_and_what_it_was_sent_counts_once(
    stack: Stack, site: Site, stored: Stored, killed: bool
) -> None:
    """What it was sent last it may have or not: in both cases no request is lost, or told as a duplicate."""
    send(stack, site, 6)
    pid = stack.pid("redis")
    with standing_still(pid):
        send(stack, site, 60)
        if killed:
            stack.kill("redis")
    until(lambda: not killed or stack.pid("redis") not in (None, pid), "Redis to be started again")
    until_empty(stack)
    stored.until_ledger(accepted=66)


def test_memory_above_its_watermark_is_left_alone_until_there_is_room(stack: Stack, site: Site, stored: Stored) -> None:
    redis = Redis.from_url(stack.settings.redis_url)
    usual = redis.config_get("maxmemory")["maxmemory"]
    assert int(usual) == stack.settings.redis.maxmemory_mb * 1024 * 1024
    try:
        redis.config_set("maxmemory", int(redis.info("memory")["used_memory"] / 0.85))
        until(lambda: "memory" in readiness(stack).get("spooling", ""), "the watermark to be seen")
        send(stack, site)
        assert segments(stack)
        assert stored.ledger() == {}
    finally:
        redis.config_set("maxmemory", usual)
    until_empty(stack)
    stored.until_ledger(accepted=30)


def test_request_that_redis_has_no_memory_for_is_spooled_at_once(stack: Stack, site: Site, stored: Stored) -> None:
    redis = Redis.from_url(stack.settings.redis_url)
    usual = redis.config_get("maxmemory")["maxmemory"]
    try:
        redis.config_set("maxmemory", "1mb")
        send(stack, site)
    finally:
        redis.config_set("maxmemory", usual)
    until_empty(stack)
    stored.until_ledger(accepted=30)


def test_batch_in_doubt_that_redis_refused_is_not_taken_for_a_later_one_that_it_took(
    stack: Stack, site: Site, stored: Stored
) -> None:
    """A killed nginx worker's segment, whose connection was lost before both answers; Redis has batch 6 of the two."""
    name, mark = f"door-{secrets.token_hex(8)}", secrets.token_hex(8)
    known = metric(stack, 'heatwake_spool_requests_total{way="known"}')
    [(site_id,)] = stored.rows("SELECT site_id FROM sites WHERE project_id = %s")
    now, content = int(time.time() * 1000), b""
    for number in (5, 6):
        visitor = Visitor()
        shard = zlib.crc32(visitor.session.encode()) % stack.settings.collector.shards
        query = visitor.query(site.key).encode()
        record = framed(Record("e", site.project_id, site_id, now, secrets.token_hex(8), b"Test/1", query, events()))
        payload = f"{now} 1 {name} {number} {shard}?{len(record)}\n".encode() + record
        content += f"{mark} {zlib.crc32(payload):08x} {len(payload):08x}\n".encode() + payload
    Redis.from_url(stack.settings.redis_url).set(f"hw:sent:{name}:{6 % 4}", 6)
    made = stack.settings.spool_path / f"{now:013d}-{mark}.made"
    made.write_bytes(content)
    made.chmod(0o666)  # the nginx workers may run as another user
    made.rename(made.with_suffix(".spool"))
    until_empty(stack)
    stored.until_ledger(accepted=1)
    until(lambda: metric(stack, 'heatwake_spool_requests_total{way="known"}') == known + 1, "batch 6 to be known")


def test_killed_nginx_worker_loses_nothing_that_lies_in_the_spool(stack: Stack, site: Site, stored: Stored) -> None:
    with down(stack, "redis"):
        send(stack, site)
        kill_nginx_worker(stack)
        send(stack, site)
        assert len(segments(stack)) == 2
    until_empty(stack)
    stored.until_ledger(accepted=60)


def test_end_of_a_segment_that_was_never_written_whole_is_cut(stack: Stack, site: Site, stored: Stored) -> None:
    """As a crash in the middle of a write leaves it."""
    name = 'heatwake_spool_damaged_bytes_total{kind="torn"}'
    before = metric(stack, name)
    with down(stack, "redis"):
        send(stack, site)
        kill_nginx_worker(stack)
        [segment] = segments(stack)
        begun = segment.read_bytes()[:150]
        with segment.open("ab") as file:
            file.write(begun)
    until_empty(stack)
    stored.until_ledger(accepted=30)
    until(lambda: metric(stack, name) == before + 150, "the torn end to be counted")


def test_damage_in_the_middle_costs_what_it_hit_and_nothing_behind_it(stack: Stack, site: Site, stored: Stored) -> None:
    name = 'heatwake_spool_damaged_bytes_total{kind="damaged"}'
    before, door, visitor = metric(stack, name), Door(stack), Visitor()
    with down(stack, "redis"):
        for number in range(9):
            assert door.send(f"/c/e?{visitor.query(site.key, number)}", events()).status == 204
        kill_nginx_worker(stack)
        [segment] = segments(stack)
        content = bytearray(segment.read_bytes())
        content[content.index(b"&n=4&")] ^= 1
        segment.write_bytes(content)
    door.close()
    stored.until_ledger(accepted=8)
    kept = until(lambda: [path for path in segments(stack) if path.suffix == ".damaged"], "it to be kept aside")
    assert kept[0].read_bytes() == content
    until(lambda: metric(stack, name) > before, "the damage to be counted")
    assert kept[0].name in stack.run("doctor").stdout
    kept[0].unlink()


def test_full_spool_is_told_to_the_browser_which_keeps_its_batch(stack: Stack, site: Site, stored: Stored) -> None:
    door, visitor, taken = Door(stack), Visitor(), 0
    with down(stack, "redis"):
        while (answer := door.send(f"/c/r?{visitor.query(site.key, taken)}", recording(700_000))).status == 204:
            taken += 1
            assert taken < 2 * SPOOL_MB
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "2")
        while door.send(f"/c/r?{visitor.query(site.key, taken)}", recording(100_000)).status == 204:
            taken += 1
        assert asked(stack, "/readyz").status == 503
    until_empty(stack)
    assert taken >= SPOOL_MB
    assert door.send(f"/c/r?{visitor.query(site.key, taken)}", recording(700_000)).status == 204
    door.close()
    stored.until_ledger(accepted=taken + 1, unavailable=2)


def test_drainer_killed_in_the_middle_feeds_nothing_back_twice(stack: Stack, site: Site, stored: Stored) -> None:
    """Redis stands still while it is killed, so that what it was sending arrives after its successor has begun."""
    redis, sent = Redis.from_url(stack.settings.redis_url), 60
    with down(stack, "redis"):
        door, visitor = Door(stack), Visitor()
        for number in range(sent):
            assert door.send(f"/c/r?{visitor.query(site.key, number)}", recording(80_000)).status == 204
        door.close()
        # Not fed back before it can be watched.
        kill_nginx_worker(stack)
    until(lambda: redis.keys("hw:spool:*") or not segments(stack), "the drainer to begin")
    for _ in range(3):
        with standing_still(stack.pid("redis")):
            kill_nginx_worker(stack)
        until(lambda: "spooling" not in readiness(stack), "Redis to be used again")
    until_empty(stack)
    stored.until_ledger(accepted=sent)
