"""Which closed recordings wait to be packed, and the moment in which a pack takes the place of its chunks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from psycopg.types.json import Jsonb

from storage import recording_chunks, recording_strings, recordings
from storage.postgres import Connection, Database, statement
from storage.recording_pack import Contents


class Sizes(NamedTuple):
    """(bytes before, bytes as kept) of strings and dictionaries that have no row yet, by hash."""

    strings: dict[str, tuple[int, int]]
    dictionaries: dict[str, tuple[int, int]]


class Due(NamedTuple):
    """A closed recording. `day` of its chunks; `pack` 0 while it has none; `visitor`: whose it is."""

    project_id: int
    session_id: uuid.UUID
    day: dt.date
    pack: int
    contents: Contents | None
    visitor: str


class Changed(RuntimeError):
    """A recording is not what it was when it was read: it was removed, or more of it has come."""


def due(connection: Connection, idle_ms: int, limit: int) -> list[Due]:
    """Recordings whose session is closed and that are not packed, or not all of it, those that ended first."""
    rows = connection.execute(statement("recording_packs.due"), {"idle_ms": idle_ms, "limit": limit}).fetchall()
    return [_due(*row) for row in rows]


def latest(connection: Connection, project_id: int, limit: int) -> list[Due]:
    """The project's packed recordings, those that ended last first."""
    rows = connection.execute(statement("recording_packs.latest"), {"project": project_id, "limit": limit}).fetchall()
    return [_due(*row) for row in rows]


def replace(
    database: Database,
    one: Due,
    chunks: Sequence[recordings.Chunk],
    contents: Contents,
    sizes: Sizes,
) -> None:
    """The pack, whose blob is there, takes the place of these chunks and of the pack before. Raises Changed."""
    where = (one.project_id, one.session_id)
    with database.transaction([one.project_id]) as connection:
        row = connection.execute(
            "SELECT pack, contents FROM recordings WHERE project_id = %s AND session_id = %s FOR UPDATE", where
        ).fetchone()
        now = recordings.chunks(connection, one.project_id, one.day, one.session_id)
        if row is None or row[0] != one.pack or _names(now) != _names(chunks):
            raise Changed(f"recording {one.session_id} of project {one.project_id}")
        recording_chunks.remove(connection, one.project_id, one.day, one.session_id)
        _count(connection, one, contents, sizes)
        connection.execute(
            "UPDATE recordings SET pack = %s, contents = %s, packed_at = now(), bytes = %s"
            " WHERE project_id = %s AND session_id = %s",
            (one.pack + 1, Jsonb(msgspec.to_builtins(contents)), contents.bytes, *where),
        )


def put_off(database: Database, one: Due) -> None:
    """It can't be packed: it stays as it is, and is due again when more of it comes."""
    with database.transaction([one.project_id]) as connection:
        connection.execute(
            "UPDATE recordings SET packed_at = now() WHERE project_id = %s AND session_id = %s",
            (one.project_id, one.session_id),
        )


def _count(connection: Connection, one: Due, contents: Contents, sizes: Sizes) -> None:
    before = one.contents
    strings = _steps(before.strings if before else (), contents.strings)
    recording_strings.use(connection, one.project_id, "strings", strings, sizes.strings)
    dictionaries = _steps(_one(before.dictionary if before else None), _one(contents.dictionary))
    recording_strings.use(connection, one.project_id, "dictionaries", dictionaries, sizes.dictionaries)


def _steps(before: Iterable[str], after: Collection[str]) -> dict[str, int]:
    gone = set(before) - set(after)
    return dict.fromkeys(sorted(gone), -1) | dict.fromkeys(sorted(set(after) - set(before)), 1)


def _one(hash: str | None) -> tuple[str, ...]:
    return (hash,) if hash else ()


def _names(chunks: Iterable[recordings.Chunk]) -> set[tuple[int, int]]:
    return {(chunk.page_view_id, chunk.seq) for chunk in chunks}


def _due(project_id: int, session_id: uuid.UUID, day: dt.date, pack: int, contents: object, visitor: str) -> Due:
    read = msgspec.convert(contents, Contents) if contents is not None else None
    return Due(project_id, session_id, day, pack, read, visitor)
