"""A store that has no room left: Redis at its memory's limit, and full disks. Nothing that was acknowledged is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import Try
from door import until
from full_disks import full, stack_on_small_disks
from redis import Redis
from running_stack import Stack


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


def test_redis_at_its_memory_limit_loses_nothing(stack: Stack, trial: Try) -> None:
    with trial("Redis at maxmemory") as load:

        def fill() -> None:
            turned_back, acknowledged = load.browsers.turned_back, load.browsers.acknowledged
            with memory_limit(stack):
                until(
                    lambda: (
                        load.browsers.turned_back > turned_back + 50 or load.browsers.acknowledged > acknowledged + 300
                    ),
                    "requests to meet the full memory",
                )

        load.break_it(fill)


@pytest.fixture(scope="module")
def small() -> Iterator[Stack]:
    with stack_on_small_disks() as stack:
        yield stack


def log(stack: Stack) -> str:
    return (stack.settings.var / "log" / "heatwake.log").read_text(errors="replace")


def test_full_disk_of_postgres_turns_no_request_back(small: Stack, trial: Try) -> None:
    with trial("Postgres' disk full", on=small) as load:

        def fill() -> None:
            with full(small, "data"):
                until(lambda: '"waiting"' in log(small), "the worker to wait for Postgres", 120)
                load.until_acknowledged(200)

        load.break_it(fill)
        assert load.browsers.turned_back == 0


def test_full_disk_of_the_blobs_turns_no_request_back(small: Stack, trial: Try) -> None:
    before = log(small).count("No space left on device")
    with trial("blobs' disk full", on=small) as load:

        def fill() -> None:
            with full(small, "blobs"):
                until(lambda: log(small).count("No space left on device") > before, "the worker to find no room", 120)
                load.until_acknowledged(200)

        load.break_it(fill)
        assert load.browsers.turned_back == 0


def test_full_disk_of_redis_loses_nothing(small: Stack, trial: Try) -> None:
    with trial("Redis' disk full", on=small) as load:

        def fill() -> None:
            with full(small, "data/redis"):
                until(lambda: "writing to the AOF file" in log(small), "Redis to find no room", 120)

        load.break_it(fill)
