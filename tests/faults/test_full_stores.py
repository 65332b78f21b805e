"""A store that has no room left: Redis at its memory's limit, and full disks. Nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from door import until
from full_disks import full
from redis import Redis
from running_stack import Stack
from trial import Try


@contextmanager
def memory_limit(stack: Stack) -> Iterator[None]:
    """Redis has all the memory that it may have."""
    client: Redis = Redis.from_url(stack.settings.redis_url)
    before = client.config_get("maxmemory")["maxmemory"]
    client.config_set("maxmemory", client.info("memory")["used_memory"] // 2)
    try:
        yield
    finally:
        client.config_set("maxmemory", before)


def test_redis_at_its_memory_limit_turns_no_request_back(stack: Stack, trial: Try) -> None:
    with trial("Redis at maxmemory") as load:

        def fill() -> None:
            with memory_limit(stack):
                load.until_acknowledged(300)

        load.break_it(fill)
        assert load.browsers.turned_back == 0, "what Redis does not take waits in the spool"


def logged(stack: Stack, words: str) -> int:
    """How often these words stand in the stack's log."""
    return (stack.settings.var / "log" / "heatwake.log").read_text(errors="replace").count(words)


@pytest.mark.parametrize(
    ("whose", "disk", "sign"),
    [
        ("Postgres'", "data", '"waiting"'),
        ("blobs'", "blobs", "No space left on device"),
        ("Redis'", "data/redis", "writing to the AOF file"),
    ],
)
def test_full_disk_turns_no_request_back(two_nodes: Stack, trial: Try, whose: str, disk: str, sign: str) -> None:
    """`sign`: what the stack's log says once somebody finds no room."""
    before = logged(two_nodes, sign)
    with trial(f"{whose} disk full", on=two_nodes) as load:

        def fill() -> None:
            with full(two_nodes, disk):
                until(lambda: logged(two_nodes, sign) > before, f"{sign} in the log", 120)
                load.until_acknowledged(200)

        load.break_it(fill)
        assert load.browsers.turned_back == 0


def test_full_disk_of_the_spool_refuses_and_loses_nothing(two_nodes: Stack, trial: Try) -> None:
    pid = two_nodes.pid("redis")
    assert pid
    with trial("the spool's disk full, Redis away", on=two_nodes, per_second=100) as load:

        def fill() -> None:
            with full(two_nodes, "spool"):
                os.kill(pid, signal.SIGSTOP)
                try:
                    until(lambda: load.browsers.answers[503], "requests to be refused for now", 60)
                finally:
                    os.kill(pid, signal.SIGCONT)

        load.break_it(fill)
