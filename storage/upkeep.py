"""The house's upkeep: who may do it now, the coming days' partitions, the past days' salts, which days of facts are
worth folding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from storage import visitor_salts
from storage.postgres import Connection, Database, statement

LOCK: Final = 724203  # beside 724201 of ensure_partitions


def ensure_partitions(database: Database) -> int:
    """Partitions from three days ago to two weeks ahead; gives how many were missing."""
    return int(database.rows("SELECT ensure_partitions(current_date - 3, current_date + 14)")[0][0])


def ensure_days(database: Database, first: dt.date, last: dt.date) -> int:
    """Partitions of these days, for requests that come very late; gives how many were missing."""
    return int(database.rows("SELECT ensure_partitions(%s, %s)", (first, last))[0][0])


def forget_salts(database: Database) -> None:
    """Nobody can tell any more whose the names of yesterday's visitors were."""
    with database.transaction() as connection:
        visitor_salts.forget(connection, dt.datetime.now(dt.UTC).date())


@contextmanager
def alone(database: Database) -> Iterator[Connection | None]:
    """The right to fold, held until the end of the block; None if another worker has it."""
    with database.transaction() as connection:
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
        yield connection if row and row[0] else None


def take_turn(connection: Connection) -> None:
    """Wait for the right to fold, and hold it until the caller's transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def crowded_facts(connection: Connection, deltas: int, limit: int) -> list[tuple[int, dt.date, int]]:
    """(project, day, deltas) of days with at least `deltas` deltas, or any if the day is over; at most `limit`."""
    return connection.execute(statement("upkeep.crowded_facts"), {"deltas": deltas, "limit": limit}).fetchall()
