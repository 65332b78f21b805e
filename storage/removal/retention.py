"""Retention: what a project keeps for so many days and no longer, removed a day and some sessions at a time.

A step removes blobs first and then, in one transaction, the rows that name them (search documents as its last act), and
counts them in `retention_days`: cut off, it is made again, and each thing counts once. What there is to do follows from
the rows alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from psycopg.rows import class_row

from storage import assets, recording_strings, session_removal, sessions
from storage.cache import project_space
from storage.postgres import Connection, Database, statement
from storage.removal import Kept
from storage.removal.sessions import remove_blobs
from storage.site_rules import BadRule

What = Literal["recordings", "facts"]
LOCK: Final = 724204  # beside 724203 of the upkeep
LONGEST: Final = 36_500  # days
SESSIONS_AT_ONCE: Final = 500
PARTITIONS_AT_ONCE: Final = 6
PARTITIONS_STAY: Final = 7  # days behind today whose partitions are not dropped: late requests still come for them


@dataclass(frozen=True, slots=True)
class Keeps:
    """Days that a project keeps recordings, and all else that it knows of sessions; None: for ever."""

    recordings_days: int | None = None
    facts_days: int | None = None

    def checked(self) -> Keeps:
        """Itself. Raises BadRule."""
        for name, days in (("Recordings", self.recordings_days), ("Sessions, heatmaps and funnels", self.facts_days)):
            if days is not None and not 1 <= days <= LONGEST:
                raise BadRule(f"{name} are kept for 1 to {LONGEST:,} days, or for ever.")
        if self.facts_days is not None and (self.recordings_days or 0) > self.facts_days:
            raise BadRule("Recordings can't be kept longer than the sessions that they belong to.")
        return self


@dataclass(frozen=True, slots=True)
class Due:
    """A day of a project of which something is to be removed."""

    project_id: int
    what: What
    day: dt.date


@dataclass(frozen=True, slots=True)
class RemovedDay:
    """What a day has lost."""

    what: What
    day: dt.date
    removed_at: dt.datetime
    sessions: int
    page_views: int
    recordings: int
    chunks: int
    recording_bytes: int
    facts: int


def keeps(connection: Connection, project_id: int) -> Keeps | None:
    """For how long the project keeps what; None if there is no such project."""
    row = connection.execute(
        "SELECT recordings_days, facts_days FROM projects WHERE project_id = %s", (project_id,)
    ).fetchone()
    return Keeps(*row) if row else None


def change(connection: Connection, project_id: int, changed: Keeps) -> None:
    """Keep for other times. Raises BadRule."""
    changed.checked()
    connection.execute(
        "UPDATE projects SET recordings_days = %s, facts_days = %s WHERE project_id = %s",
        (changed.recordings_days, changed.facts_days, project_id),
    )


def removed(connection: Connection, project_id: int, limit: int) -> list[RemovedDay]:
    """What was removed lately, newest first."""
    with connection.cursor(row_factory=class_row(RemovedDay)) as cursor:
        return cursor.execute(
            "SELECT what, day, removed_at, sessions, page_views, recordings, chunks, recording_bytes, facts"
            " FROM retention_days WHERE project_id = %s ORDER BY removed_at DESC, day DESC LIMIT %s",
            (project_id, limit),
        ).fetchall()


@contextmanager
def alone(database: Database) -> Iterator[bool]:
    """The right to remove, held until the end of the block; False if another worker has it."""
    with database.transaction() as connection:
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,)).fetchone()
        yield bool(row and row[0])


def due(database: Database, project_id: int | None = None) -> Due | None:
    """The oldest day of which something has run out; of one project or of all. None: nothing has."""
    today = dt.datetime.now(dt.UTC).date()
    rows = database.rows(statement("retention.due"), {"project_id": project_id, "today": today})
    return Due(*rows[0]) if rows else None


def run(kept: Kept, step: Due) -> int:
    """Remove of that day what belongs to some sessions, or, when there are none, the rest; gives how many sessions."""
    done = (_recordings if step.what == "recordings" else _facts)(kept, step)
    kept.cache.bump(project_space(step.project_id))
    return done


def drop_partitions(database: Database) -> int:
    """Drop the partitions of former days that nobody has rows in any more; gives how many."""
    before = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=PARTITIONS_STAY)
    return int(database.rows("SELECT drop_empty_partitions(%s, %s)", (before, PARTITIONS_AT_ONCE))[0][0])


def _recordings(kept: Kept, step: Due) -> int:
    with kept.database.transaction([step.project_id]) as connection:
        some = _some(connection, "recordings", step)
        keys = session_removal.blob_keys(connection, step.project_id, some, [step.day])
    remove_blobs(kept, keys)
    if not some:
        return 0
    with kept.database.transaction([step.project_id]) as connection:
        recording_strings.release(connection, step.project_id, some)
        counts = dict(
            connection.execute(
                statement("retention.recordings"), {"project_id": step.project_id, "day": step.day, "ids": some}
            ).fetchall()
        )
        _count(connection, step, **counts)
        if kept.index:
            kept.index.upsert(sessions.documents_of(connection, step.project_id, step.day, some))
    if len(some) < SESSIONS_AT_ONCE:  # the day's last
        assets.remove_unnamed(kept.database, kept.blobs, step.project_id)
    return len(some)


def _facts(kept: Kept, step: Due) -> int:
    with kept.database.transaction([step.project_id]) as connection:
        some = _some(connection, "sessions", step)
    if not some:
        _rest(kept, step)
        return 0
    with kept.database.transaction([step.project_id]) as connection:
        counts = session_removal.remove_in(connection, step.project_id, some, [step.day])
        _count(connection, step, sessions=counts["sessions"], page_views=counts["page_views"])
        if kept.index:
            kept.index.delete(step.project_id, some)
    return len(some)


def _rest(kept: Kept, step: Due) -> None:
    """The day's facts and heat, when none of its sessions is left."""
    which = {"project_id": step.project_id, "day": step.day}
    with kept.database.transaction([step.project_id]) as connection:
        rows, cold = kept.facts.remove_day(connection, step.project_id, step.day)
        for table in ("heat_batches", "heat_deltas", "heat_days", "early_requests"):
            connection.execute(
                f"DELETE FROM {table} WHERE project_id = %(project_id)s AND day = %(day)s".encode(), which
            )
        _count(connection, step, facts=rows)
    kept.blobs.delete(cold)


def _some(connection: Connection, table: str, step: Due) -> list[uuid.UUID]:
    return [
        session
        for (session,) in connection.execute(
            f"SELECT session_id FROM {table} WHERE project_id = %s AND day = %s ORDER BY session_id LIMIT %s".encode(),
            (step.project_id, step.day, SESSIONS_AT_ONCE),
        ).fetchall()
    ]


def _count(connection: Connection, step: Due, **counts: int) -> None:
    names = ("sessions", "page_views", "recordings", "chunks", "recording_bytes", "facts")
    connection.execute(
        statement("retention.count"),
        {"project_id": step.project_id, "what": step.what, "day": step.day}
        | {name: counts.get(name, 0) for name in names},
    )
