"""Erasures as they are kept: whom one is about until it is done, then only salted hashes of that, and its receipt."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from storage.postgres import Connection

Kind = Literal["visitor", "user"]
State = Literal["asked", "draining", "sweeping", "done"]
LONGEST_USER: Final = 200  # characters


class BadSubject(ValueError):
    """The text names no visitor or user; it says what one looks like."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an erasure is about. `name`: a visitor's id as 32 hex digits, or the id that `identify` gave a user."""

    kind: Kind
    name: str

    @classmethod
    def of(cls, visitor: str | None, user: str | None) -> Subject:
        """The one of the two that is given. Raises BadSubject."""
        if bool(visitor) == bool(user):
            raise BadSubject("Name either a visitor or a user.")
        if user:
            if len(user) > LONGEST_USER or not user.isprintable():
                raise BadSubject(f"user: an id has at most {LONGEST_USER} characters, all of them printable.")
            return cls("user", user)
        try:
            return cls("visitor", uuid.UUID(visitor).hex)
        except ValueError as error:
            raise BadSubject("visitor: an id has 32 hex digits; a recording's page shows it.") from error

    @property
    def visitor(self) -> uuid.UUID | None:
        """The visitor, where it is about one."""
        return uuid.UUID(self.name) if self.kind == "visitor" else None


@dataclass(frozen=True, slots=True)
class Erasure:
    """A row of `erasures`; counts by place or kind of thing."""

    project_id: int
    erasure_id: int
    kind: Kind
    state: State
    subject: str | None
    visitor_ids: list[uuid.UUID]
    sessions: dict[str, list[str]]  # id as 32 hex digits → its days as 2026-01-31
    salt: bytes
    subject_hash: bytes
    asked_at: dt.datetime
    done_at: dt.datetime | None
    barrier: dict[str, str] | None
    log_rewrite: bool
    trouble: str
    found_before: dict[str, int] | None
    removed: dict[str, int]
    found_after: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Erased:
    """Whose late requests are to be dropped: those that arrived at `asked_ms` (unix ms) or before."""

    project_id: int
    kind: Kind
    asked_ms: int
    salt: bytes
    subject_hash: bytes
    visitor_hashes: frozenset[bytes]


_COLUMNS: Final = (
    "project_id, erasure_id, kind, state, subject, visitor_ids, sessions, salt, subject_hash, asked_at, done_at,"
    " barrier, log_rewrite, trouble, found_before, removed, found_after"
)


def hashed(salt: bytes, name: str) -> bytes:
    """What is kept of a visitor's (32 hex digits) or user's id."""
    return hashlib.sha256(salt + name.encode()).digest()


def ask(connection: Connection, project_id: int, subject: Subject, asked_by: int | None) -> int:
    """Ask for an erasure; gives its id. One that is under way for the same subject is that one."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7245))", (f"erasures {project_id}",))
    row = connection.execute(
        "SELECT erasure_id FROM erasures WHERE project_id = %s AND kind = %s AND subject = %s AND state <> 'done'",
        (project_id, subject.kind, subject.name),
    ).fetchone()
    if row:
        return int(row[0])
    salt = secrets.token_bytes(16)
    row = connection.execute(
        "INSERT INTO erasures (project_id, kind, subject, salt, subject_hash, asked_by, asked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, clock_timestamp()) RETURNING erasure_id",
        (project_id, subject.kind, subject.name, salt, hashed(salt, subject.name), asked_by),
    ).fetchone()
    assert row
    return int(row[0])


def one(connection: Connection, project_id: int, erasure_id: int) -> Erasure | None:
    """The erasure of this id."""
    with connection.cursor(row_factory=class_row(Erasure)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM erasures WHERE project_id = %s AND erasure_id = %s".encode(),
            (project_id, erasure_id),
        ).fetchone()


def newest(connection: Connection, project_id: int, limit: int) -> list[Erasure]:
    """The project's erasures, newest first."""
    with connection.cursor(row_factory=class_row(Erasure)) as cursor:
        return cursor.execute(
            f"SELECT {_COLUMNS} FROM erasures WHERE project_id = %s ORDER BY erasure_id DESC LIMIT %s".encode(),
            (project_id, limit),
        ).fetchall()


def under_way(connection: Connection) -> list[tuple[int, int]]:
    """(project, erasure) of all that are not done, oldest first; index erasures_under_way."""
    return connection.execute(
        "SELECT project_id, erasure_id FROM erasures WHERE state <> 'done' ORDER BY erasure_id"
    ).fetchall()


def change(connection: Connection, erasure: Erasure, **columns: Any) -> None:
    """Set these columns; dictionaries are kept as JSON."""
    named = ", ".join(f"{name} = %({name})s" for name in columns)
    values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in columns.items()}
    connection.execute(
        f"UPDATE erasures SET {named} WHERE project_id = %(project)s AND erasure_id = %(erasure)s".encode(),
        values | {"project": erasure.project_id, "erasure": erasure.erasure_id},
    )


def finish(connection: Connection, erasure: Erasure, found_after: Mapping[str, int]) -> None:
    """It is done: from now on nothing names whom it was about."""
    change(
        connection,
        erasure,
        state="done",
        subject=None,
        visitor_ids=[],
        sessions={},
        barrier=None,
        trouble="",
        found_after=dict(found_after),
        done_at=dt.datetime.now(dt.UTC),
    )


def remember_visitors(connection: Connection, erasure: Erasure, visitors: Sequence[uuid.UUID]) -> None:
    """These are the subject's browsers: their late requests are dropped, also when the erasure is done."""
    change(
        connection,
        erasure,
        visitor_ids=list(visitors),
        visitor_hashes=[hashed(erasure.salt, visitor.hex) for visitor in visitors],
    )


def erased(connection: Connection) -> list[Erased]:
    """All that were ever asked for, for the worker: whose late requests it drops."""
    return [
        Erased(project_id, kind, asked_ms, salt, subject_hash, frozenset([*hashes, subject_hash]))
        for project_id, kind, asked_ms, salt, subject_hash, hashes in connection.execute(
            "SELECT project_id, kind, (extract(epoch FROM asked_at) * 1000)::bigint, salt, subject_hash,"
            " visitor_hashes FROM erasures"
        ).fetchall()
    ]


def erased_at(connection: Connection, project_id: int, visitor: str) -> dt.datetime | None:
    """When the data of this visitor (32 hex digits) was erased the last time; None: it was not."""
    rows = connection.execute(
        "SELECT asked_at, salt, subject_hash, visitor_hashes FROM erasures WHERE project_id = %s"
        " ORDER BY asked_at DESC",
        (project_id,),
    ).fetchall()
    return next((at for at, salt, own, more in rows if hashed(salt, visitor) in (own, *more)), None)


def receipt(erasure: Erasure) -> dict[str, Any]:
    """What proves it, without the id itself: who has the id can compute the hash."""
    return {
        "project_id": erasure.project_id,
        "erasure_id": erasure.erasure_id,
        "kind": erasure.kind,
        "subject": {
            "hash": erasure.subject_hash.hex(),
            "salt": erasure.salt.hex(),
            "made_by": "SHA-256 of the salt's bytes and the id (a visitor's as 32 hex digits), UTF-8",
        },
        "state": erasure.state,
        "asked_at": erasure.asked_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "done_at": erasure.done_at.astimezone(dt.UTC).isoformat(timespec="seconds") if erasure.done_at else None,
        "found_before": erasure.found_before,
        "removed": erasure.removed,
        "found_after": erasure.found_after,
        "waits_for": erasure.trouble or None,
    }
