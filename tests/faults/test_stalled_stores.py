"""A store that stands still (SIGSTOP) and neither answers nor ends: nobody waits for ever, nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from door import until
from running_stack import Stack
from trial import Try

STANDS_STILL_S = 20
APART_S = 10  # one store stops so long after the other: each is away alone, and both are away at once


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def standing_still(pids: list[int], ends: float) -> Iterator[None]:
    """The processes are stopped until this time of the monotonic clock, and at least for the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
        until(lambda: time.monotonic() >= ends, "the time to be over", STANDS_STILL_S + 1)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_redis_and_postgres_that_stand_still_turn_no_request_back(stack: Stack, trial: Try) -> None:
    redis, postgres = stack.pid("redis"), stack.pid("postgres")
    assert redis
    assert postgres
    with trial("Redis, Postgres: SIGSTOP for 20 s each", per_second=100) as load:

        def stop() -> None:
            began = time.monotonic()
            with ExitStack() as later:
                with standing_still([redis], began + STANDS_STILL_S):
                    load.until_acknowledged(100)
                    until(lambda: time.monotonic() >= began + APART_S, "Postgres' turn", STANDS_STILL_S)
                    later.enter_context(standing_still(family(postgres), began + APART_S + STANDS_STILL_S))
                load.until_acknowledged(100)

        load.break_it(stop)
        assert load.browsers.turned_back == 0, "what Redis does not take waits in the spool"
