"""Postgres: one pool a role. The app's transactions name the projects that they may see (row-level security)."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import psycopg
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from heatwake.settings import Settings

Connection = psycopg.Connection[TupleRow]
Role = Literal["owner", "worker", "app"]
SQL = Path(__file__).parent / "sql"


class DatabaseUnavailable(OSError):
    """Postgres can't be reached; the text says at which address and why."""


@cache
def _statements() -> dict[str, str]:
    """All of them, read together: a process keeps to the SQL of its own code when another version takes its place."""
    return {path.stem: path.read_text() for path in SQL.glob("*.sql")}


def statement(name: str) -> str:
    """The text of `storage/sql/<name>.sql`, for example `sessions.search`."""
    return _statements()[name]


def by_key(connection: Connection) -> None:
    """For the rest of the transaction: rows are found one by one by their keys.

    A batch brings thousands of keys, and the planner would rather read a whole day's table than look each of them up;
    or, of a table that has not been analysed yet, look through all keys for each of its rows. What a batch costs must
    not grow with what is there, so the other ways are closed and a look into an index counts next to nothing.
    """
    settings = {f"enable_{way}": "off" for way in ("hashjoin", "mergejoin", "material", "seqscan")}
    settings |= {f"{cost}_cost": "0.0001" for cost in ("random_page", "seq_page", "cpu_index_tuple", "cpu_operator")}
    listed = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    connection.execute(f"SELECT {listed}".encode())


# A worker that stands still in a transaction holds its shards' offsets: it loses them as a dead one does.
WORKERS_ONLY: Final = {"options": "-c idle_in_transaction_session_timeout=6s"}


class Database:
    """A pool of connections of one role. Connections are made when first needed."""

    def __init__(self, settings: Settings, role: Role, size: int = 8) -> None:
        _statements()
        self.role = role
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            settings.dsn(role),
            min_size=0,
            max_size=size,
            timeout=5,
            # Left to itself the pool waits ever longer between attempts and comes back late from a long outage.
            reconnect_timeout=5,
            open=False,
            check=ConnectionPool.check_connection,
            # Named prepared statements would not survive pgbouncer's transaction pooling, which the app may come by.
            # The worker's, few and large, would save 2 % of Postgres' time for them at most (docs/performance.md), and
            # after five runs it might keep a plan that is made without the batch's size.
            kwargs={"prepare_threshold": None, "connect_timeout": 5, "application_name": f"heatwake-{role}"}
            | (WORKERS_ONLY if role == "worker" else {}),
        )
        # A worker thread still alive at interpreter exit would be joined late and loudly.
        atexit.register(self.close)

    @contextmanager
    def transaction(self, projects: Iterable[int] = ()) -> Iterator[Connection]:
        """A transaction that may see `projects` (only the `app` role is held to it); commits at the end, or rolls back.

        Raises DatabaseUnavailable when no connection is to be had.
        """
        self._pool.open(wait=False)
        try:
            with self._pool.connection() as connection, connection.transaction():
                if self.role == "app":
                    listed = ",".join(str(int(project)) for project in projects)
                    connection.execute("SELECT set_config('heatwake.projects', %s, true)", (listed,))
                yield connection
        except (PoolTimeout, psycopg.OperationalError, IdleInTransactionSessionTimeout) as error:
            raise DatabaseUnavailable(f"Postgres as {self.role}: {error}") from error

    def rows(self, query: str, parameters: Any = None, projects: Iterable[int] = ()) -> list[TupleRow]:
        """All rows of one query in a transaction of its own."""
        with self.transaction(projects) as connection:
            return connection.execute(query, parameters).fetchall()

    def check(self) -> None:
        """Raise OSError with the cause if the server can't be reached."""
        self.rows("SELECT 1")

    def close(self) -> None:
        """Give all connections back; the pool can be used again afterwards only by a new Database."""
        if not self._pool.closed:
            self._pool.close()
