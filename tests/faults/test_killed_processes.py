"""`kill -9` of any process under load, at any time: what was acknowledged is counted once, and it goes on by itself."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path

import psycopg
import pytest
from door import until
from running_stack import Stack
from trial import Try

from ops.postgres_server import superuser_dsn


def child(pid: int) -> int | None:
    """A process that the process `pid` has started: nginx' worker; None while there is none."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(listed[0]) if listed else None


def killed_child(master: int) -> None:
    """Kill it; returns when the process `master` has another."""
    pid = child(master)
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: child(master) not in (None, pid), "another worker of nginx")


def killed(stack: Stack, name: str) -> bool:
    """Kill a process; gives back when another runs in its place."""
    pid = stack.kill(name)
    until(lambda: stack.pid(name) not in (None, pid), f"{name} to be started again")
    return True


def test_killed_nginx_worker_loses_nothing(stack: Stack, trial: Try) -> None:
    master = stack.pid("edge")
    assert master
    with trial("nginx worker, kill -9, 3 times") as load:
        for _ in range(3):
            load.break_it(lambda: killed_child(master))


def test_killed_nginx_master_loses_nothing(stack: Stack, trial: Try) -> None:
    with trial("nginx master, kill -9", forgotten_refusals=True) as load:
        load.break_it(lambda: killed(stack, "edge"))


@pytest.mark.parametrize("name", ["memcached", "monolith-1", "dashboard"])
def test_killed_servers_beside_the_way_turn_no_request_back(stack: Stack, trial: Try, name: str) -> None:
    shown = {"monolith-1": "gunicorn of the monolith", "dashboard": "gunicorn of the dashboard"}.get(name, name)
    with trial(f"{shown}, kill -9") as load:
        load.break_it(lambda: killed(stack, name))
        assert load.browsers.turned_back == 0


def test_killed_worker_counts_nothing_twice(stack: Stack, trial: Try) -> None:
    chance = random.Random(4)
    with trial("worker, kill -9, 3 times") as load:
        for _ in range(3):
            # Somewhere in a batch: between its reads, its blobs, its transaction.
            threading.Event().wait(chance.uniform(0, 0.3))
            load.break_it(lambda: killed(stack, "worker-1"))
        assert load.browsers.turned_back == 0


def test_killed_redis_turns_no_request_back(stack: Stack, trial: Try) -> None:
    with trial("Redis, kill -9") as load:
        load.break_it(lambda: killed(stack, "redis"))
        assert load.browsers.turned_back == 0, "what Redis does not take waits in the spool"


def test_killed_postgres_turns_no_request_back(stack: Stack, trial: Try) -> None:
    with trial("Postgres' postmaster, kill -9") as load:
        load.break_it(lambda: killed(stack, "postgres"))
        assert load.browsers.turned_back == 0


def backends(stack: Stack) -> list[int]:
    """The processes of Postgres that work for the worker."""
    with psycopg.connect(superuser_dsn(stack.settings)) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'heatwake_worker'").fetchall()
    return [pid for (pid,) in rows]


def are_gone(stack: Stack, pids: list[int]) -> bool:
    """Whether Postgres answers again, and without these."""
    try:
        return not set(backends(stack)) & set(pids)
    except psycopg.OperationalError:
        return False


def test_killed_backend_of_postgres_turns_no_request_back(stack: Stack, trial: Try) -> None:
    """All of Postgres' processes start anew when one of them is killed."""
    with trial("Postgres' backends, kill -9") as load:
        of_worker = backends(stack)
        assert of_worker
        load.break_it(lambda: os.kill(of_worker[0], signal.SIGKILL), lambda: are_gone(stack, of_worker))
        assert load.browsers.turned_back == 0
