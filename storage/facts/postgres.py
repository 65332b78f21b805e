"""Facts in Postgres: a delta a batch, folded to one value a day; days that have gone cold lie in the blob store.

Who reads sees each row once at any time: deltas and days are read by one statement, and folding, removing and cooling
each put one in the place of the other in one transaction, one at a time for a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from storage import columns, upkeep
from storage.blobs import BlobMissing, BlobStore
from storage.facts import SCHEMA, cold
from storage.facts.packing import chosen, in_order, pack, unpack
from storage.facts.rows import PackedRows
from storage.postgres import Connection, Database, statement


def append_in(connection: Connection, project_id: int, day: dt.date, facts: pa.Table) -> None:
    """Add rows to a day in the caller's transaction. Raises ValueError if the table has not SCHEMA's columns."""
    if facts.num_rows:
        connection.execute(
            "INSERT INTO fact_deltas (project_id, day, rows, facts) VALUES (%s, %s, %s, %s)",
            (project_id, day, facts.num_rows, pack(facts)),
        )


def append_rows(connection: Connection, added: Mapping[tuple[int, str], PackedRows]) -> None:
    """Add rows to many (project, day as 2026-01-31) at once, in the caller's transaction."""
    if added:
        connection.execute(
            statement("facts.append"),
            {
                "project_id": columns.numbers([project_id for project_id, _ in added]),
                "day": columns.words([day for _, day in added]),
                "rows": columns.numbers([packed.rows for packed in added.values()]),
                "facts": columns.blobs([packed.data for packed in added.values()]),
            },
        )


Also = Callable[[Connection, pa.Table], None]


@dataclass
class _Day:
    """A whole day while it is rewritten: `cold` says where its rows are to lie, `cold_key` where a cold day lies."""

    project_id: int
    date: dt.date
    table: pa.Table
    cold: bool
    cold_key: str | None
    connection: Connection

    def take(self, sessions: pa.Array) -> pa.Table:
        """The rows of these sessions, which are the day's no longer."""
        theirs = pc.is_in(self.table["session"], value_set=sessions)
        taken = self.table.filter(theirs)
        if taken.num_rows:
            self.table = self.table.filter(pc.invert(theirs))
        return taken


class PostgresFacts:
    """The promises of `storage.facts.FactStore`. Cold days are read, added to and removed from like the others."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def append(self, project_id: int, day: dt.date, facts: pa.Table) -> None:
        """Add rows to a day in a transaction of their own."""
        with self._database.transaction([project_id]) as connection:
            append_in(connection, project_id, day, facts)

    def read(self, project_id: int, first: dt.date, last: dt.date, columns: list[str] | None = None) -> pa.Table:
        """All rows of the days `first` to `last`. Raises ValueError for a column that facts don't have."""
        schema = chosen(columns)
        try:
            return self._read(project_id, first, last, schema)
        except BlobMissing:
            # A cold day was rewritten between the look for its key and the fetch; it has a new key now.
            return self._read(project_id, first, last, schema)

    def _read(self, project_id: int, first: dt.date, last: dt.date, schema: pa.Schema) -> pa.Table:
        with self._database.transaction([project_id]) as connection, connection.cursor(binary=True) as cursor:
            stored = cursor.execute(
                statement("facts.read"), {"project_id": project_id, "first": first, "last": last}
            ).fetchall()
        return self._unpacked(stored, schema)

    def _unpacked(self, stored: Sequence[tuple[bytes, str | None]], schema: pa.Schema) -> pa.Table:
        """The rows of values and of cold days (whose key is told), in no order."""
        parts = [cold.get(self._blobs, key, schema.names) for _, key in stored if key]
        parts += unpack((packed for packed, key in stored if not key), schema.names)
        return pa.concat_tables([schema.empty_table(), *parts])

    def delete(self, project_id: int, sessions: list[bytes], first: dt.date, last: dt.date) -> int:
        """Remove the rows of these sessions from the days; gives back how many."""
        gone = pa.array(sessions, pa.binary(16))
        period = {"project_id": project_id, "first": first, "last": last}
        removed = 0
        for (date,) in self._database.rows(statement("facts.days"), period, [project_id]):
            with self._rewriting(project_id, date) as day:
                removed += day.take(gone).num_rows
        return removed

    def remove(self, project_id: int, sessions: list[bytes], date: dt.date, also: Also) -> int:
        """Remove the rows of these sessions from a day; gives back how many.

        `also` gets them inside the same transaction: what else they have left goes with them, or neither does.
        """
        gone = pa.array(sessions, pa.binary(16))
        with self._rewriting(project_id, date, turn=True) as day:
            removed = day.take(gone)
            if removed.num_rows:
                also(day.connection, removed)
        return int(removed.num_rows)

    def remove_day(self, connection: Connection, project_id: int, date: dt.date) -> tuple[int, list[str]]:
        """Remove a whole day in the caller's transaction: rows, and keys of blobs that nothing names from then on."""
        which = {"project_id": project_id, "day": date}
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7242))", (f"facts {project_id} {date}",))
        deltas = connection.execute(
            "DELETE FROM fact_deltas WHERE project_id = %(project_id)s AND day = %(day)s RETURNING rows, NULL", which
        ).fetchall()
        days = connection.execute(
            "DELETE FROM fact_days WHERE project_id = %(project_id)s AND day = %(day)s RETURNING rows, cold_key", which
        ).fetchall()
        return sum(int(rows) for rows, _ in (*deltas, *days)), [key for _, key in days if key]

    def compact(self, project_id: int, day: dt.date) -> None:
        """Fold a day's deltas into its value."""
        with self._rewriting(project_id, day):
            pass

    def cool(self, project_id: int, day: dt.date) -> str | None:
        """Move a day into the blob store; gives its key there, None for a day without facts."""
        with self._rewriting(project_id, day) as cooled:
            cooled.cold = True
        return cooled.cold_key

    @contextmanager
    def _rewriting(self, project_id: int, date: dt.date, turn: bool = False) -> Iterator[_Day]:
        """A day with its deltas, alone; what the caller makes of it becomes the day.

        `turn`: take the upkeep's turn first, as who takes heat out in this transaction must: it holds that when it
        comes for a day of facts, and the other way round both would wait for ever.
        """
        which = {"project_id": project_id, "day": date}
        with self._database.transaction([project_id]) as connection, connection.cursor(binary=True) as cursor:
            if turn:
                upkeep.take_turn(connection)
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7242))", (f"facts {project_id} {date}",))
            deltas = cursor.execute(
                "DELETE FROM fact_deltas WHERE project_id = %(project_id)s AND day = %(day)s RETURNING facts", which
            ).fetchall()
            kept = cursor.execute(
                "SELECT facts, cold_key FROM fact_days WHERE project_id = %(project_id)s AND day = %(day)s", which
            ).fetchone()
            old_key: str | None = kept[1] if kept else None
            whole = self._unpacked([*([kept] if kept else []), *((packed, None) for (packed,) in deltas)], SCHEMA)
            day = _Day(project_id, date, whole, bool(old_key), old_key, connection)
            yield day
            if deltas or day.table.num_rows != whole.num_rows or day.cold != bool(old_key):
                self._put(connection, day)
        if old_key and old_key != day.cold_key:
            self._blobs.delete([old_key])

    def _put(self, connection: Connection, day: _Day) -> None:
        """Put a rewritten day in the place of the old one; a cold day's blob is there before the row that names it."""
        which = {"project_id": day.project_id, "day": day.date}
        day.cold_key, packed = None, b""
        if not day.table.num_rows:
            connection.execute("DELETE FROM fact_days WHERE project_id = %(project_id)s AND day = %(day)s", which)
            return
        if day.cold:
            day.cold_key = cold.put(self._blobs, day.project_id, day.date, day.table)
        else:
            packed = pack(in_order(day.table))
        connection.execute(
            statement("facts.put_day"),
            which | {"rows": day.table.num_rows, "facts": packed, "cold_key": day.cold_key},
        )

    def size(self) -> tuple[int, int]:
        """(rows, bytes) kept; the bytes of cold days are counted by the blob store."""
        rows = self._database.rows("SELECT rows, bytes FROM facts_kept()")
        return int(rows[0][0]), int(rows[0][1])
