"""A store that stands still (SIGSTOP) and neither answers nor ends: nobody waits for ever, nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import Try
from running_stack import Stack

STANDS_STILL_S = 20


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def standing_still(pids: list[int]) -> Iterator[None]:
    """The processes are stopped for 20 s in all, whatever the block does meanwhile."""
    until = time.monotonic() + STANDS_STILL_S
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
        threading.Event().wait(max(0.0, until - time.monotonic()))
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_postgres_that_stands_still_turns_no_request_back(stack: Stack, trial: Try) -> None:
    pid = stack.pid("postgres")
    assert pid
    with trial("Postgres, SIGSTOP for 20 s", per_second=100) as load:

        def stop() -> None:
            with standing_still(family(pid)):
                load.until_acknowledged(200)

        load.break_it(stop)
        assert load.browsers.turned_back == 0


def test_redis_that_stands_still_loses_nothing(stack: Stack, trial: Try) -> None:
    pid = stack.pid("redis")
    assert pid
    with trial("Redis, SIGSTOP for 20 s", per_second=100) as load:

        def stop() -> None:
            with standing_still([pid]):
                pass

        load.break_it(stop)
