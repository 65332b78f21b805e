"""Saved segments: conditions on the list of recordings by name, without a period."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import class_row

from storage.postgres import Connection


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A saved segment; `query` as an address has it: `browser=Firefox&min_rage=1`."""

    segment_id: int
    name: str
    query: str


def segments(connection: Connection, project_id: int) -> list[SegmentRow]:
    """The project's segments by name."""
    with connection.cursor(row_factory=class_row(SegmentRow)) as cursor:
        return cursor.execute(
            "SELECT segment_id, name, query FROM saved_segments WHERE project_id = %s ORDER BY lower(name), segment_id",
            (project_id,),
        ).fetchall()


def save(connection: Connection, project_id: int, name: str, query: str, created_by: int | None) -> int:
    """Keep a segment under this name, in the place of one that has it; gives its id."""
    row = connection.execute(
        "INSERT INTO saved_segments (project_id, name, query, created_by) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (project_id, name) DO UPDATE SET query = excluded.query, updated_at = now() RETURNING segment_id",
        (project_id, name, query, created_by),
    ).fetchone()
    assert row
    return int(row[0])


def delete(connection: Connection, project_id: int, segment_id: int) -> bool:
    """Forget a segment; False if there is no such one."""
    done = connection.execute(
        "DELETE FROM saved_segments WHERE project_id = %s AND segment_id = %s", (project_id, segment_id)
    )
    return done.rowcount == 1
