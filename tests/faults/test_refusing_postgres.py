"""Postgres that is there and refuses: it restarts, has no connection left, gives up a transaction. Requests go on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from door import until
from running_stack import Stack
from trial import Try

from ops.postgres_server import superuser_dsn


@contextmanager
def superuser(stack: Stack, database: str = "heatwake") -> Iterator[psycopg.Connection]:
    dsn = psycopg.conninfo.make_conninfo(superuser_dsn(stack.settings), dbname=database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def worker_log(stack: Stack, since: int) -> str:
    """What has been logged since the log was `since` bytes long."""
    with (stack.settings.var / "log" / "heatwake.log").open("rb") as file:
        file.seek(since)
        return file.read().decode(errors="replace")


def log_size(stack: Stack) -> int:
    return (stack.settings.var / "log" / "heatwake.log").stat().st_size


def test_postgres_restarting_turns_no_request_back(stack: Stack, trial: Try) -> None:
    with trial("Postgres, restarted") as load:
        for how in (signal.SIGINT, signal.SIGQUIT):  # fast, and immediate: without a checkpoint
            pid = stack.pid("postgres")
            assert pid
            load.break_it(
                lambda pid=pid, how=how: os.kill(pid, how), lambda pid=pid: stack.pid("postgres") not in (None, pid)
            )
        assert load.browsers.turned_back == 0


def take_connections(stack: Stack, taken: list[psycopg.Connection]) -> None:
    """Take every connection that Postgres still gives to an application."""
    while True:
        try:
            taken.append(psycopg.connect(stack.settings.dsn("app"), connect_timeout=5))
        except psycopg.OperationalError:
            return


@contextmanager
def no_connection_left(stack: Stack) -> Iterator[None]:
    """Every connection that Postgres allows is taken, those of the worker too."""
    taken: list[psycopg.Connection] = []
    with superuser(stack) as connection:

        def all_are_taken() -> bool:
            take_connections(stack, taken)
            end_connections(connection)
            take_connections(stack, taken)
            query = "SELECT 1 FROM pg_stat_activity WHERE usename = 'heatwake_worker'"
            return not connection.execute(query).fetchall()

        try:
            until(all_are_taken, "all connections to be taken")
            yield
        finally:
            for one in taken:
                one.close()


def test_postgres_without_connections_turns_no_request_back(stack: Stack, trial: Try) -> None:
    since = log_size(stack)
    with trial("Postgres, no connection left") as load:

        def take_all() -> None:
            with no_connection_left(stack):
                until(lambda: '"waiting"' in worker_log(stack, since), "the worker to have found no connection")
                load.until_acknowledged(100)

        load.break_it(take_all)
        assert load.browsers.turned_back == 0


def test_deadlock_with_another_transaction_counts_nothing_twice(stack: Stack, trial: Try) -> None:
    """A transaction takes the sessions' rows before the offsets, while the worker takes them the other way round."""
    since = log_size(stack)
    with trial("Postgres, deadlock") as load:

        def cross() -> None:
            with superuser(stack) as connection, connection.transaction():
                projects = [site.project_id for site in load.sites]
                connection.execute("SET LOCAL deadlock_timeout = '60s'")  # it is the worker's that is given up
                connection.execute("SELECT 1 FROM sessions WHERE project_id = ANY(%s) FOR UPDATE", (projects,))
                until(lambda: waits_for(stack, "sessions"), "the worker to wait for the sessions")
                connection.execute("SELECT 1 FROM stream_offsets FOR UPDATE")
            until(lambda: "deadlock detected" in worker_log(stack, since), "the worker to have been given up")

        load.break_it(cross)
        assert load.browsers.turned_back == 0


def waits_for(stack: Stack, what: str) -> bool:
    """Whether a statement of the worker about this table waits for a lock."""
    with superuser(stack) as connection:
        rows = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE usename = 'heatwake_worker' AND wait_event_type = 'Lock'"
            " AND query LIKE %s",
            (f"%{what}%",),
        ).fetchall()
    return bool(rows)


@contextmanager
def serializable(stack: Stack) -> Iterator[None]:
    """The worker's transactions see the state of their beginning, so that others' changes make them fail."""
    with superuser(stack) as connection:
        connection.execute("ALTER ROLE heatwake_worker SET default_transaction_isolation = 'serializable'")
        try:
            end_connections(connection)
            yield
        finally:
            connection.execute("ALTER ROLE heatwake_worker RESET default_transaction_isolation")
            end_connections(connection)


def end_connections(connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'heatwake_worker'")


def test_serialization_failures_count_nothing_twice(stack: Stack, trial: Try) -> None:
    since = log_size(stack)
    failures = "could not serialize access"
    with trial("Postgres, serialization failures") as load:
        ending = threading.Event()
        projects = [site.project_id for site in load.sites]

        def disturb() -> None:
            with superuser(stack) as connection:
                while not ending.wait(0.005):
                    connection.execute("UPDATE sessions SET clicks = clicks WHERE project_id = ANY(%s)", (projects,))

        def fail_often() -> None:
            with serializable(stack):
                other = threading.Thread(target=disturb)
                other.start()
                try:
                    until(lambda: worker_log(stack, since).count(failures) >= 3, "transactions to fail")
                finally:
                    ending.set()
                    other.join()

        load.break_it(fail_often)
        assert load.browsers.turned_back == 0
