"""Removing every trace of a visitor or user: what there is, asking for it, how far it is, the receipt."""

from __future__ import annotations

import datetime as dt

import msgspec

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.services import current
from storage import erasures as store
from storage.erasures import BadSubject, Kind, State, Subject
from storage.removal import preview

SHOWN = 50


class HashedSubject(msgspec.Struct, frozen=True):
    """Whom it was about, for who knows the id: `hash` is SHA-256 of the salt's bytes and the id (both in hex here)."""

    hash: str
    salt: str
    made_by: str


class Erasure(msgspec.Struct, frozen=True):
    """An erasure and its receipt: counts by place before and after, and what was removed; null while that is not known.

    `waits_for`: what has to happen first; `done_at` null: it is under way.
    """

    project_id: int
    erasure_id: int
    kind: Kind
    subject: HashedSubject
    state: State
    asked_at: dt.datetime
    done_at: dt.datetime | None
    found_before: dict[str, int] | None
    removed: dict[str, int]
    found_after: dict[str, int] | None
    waits_for: str | None


class Erasures(msgspec.Struct, frozen=True):
    """The newest first, at most 50."""

    items: list[Erasure]


def subject_of(kind: str, name: str) -> Subject:
    """Whom these words name. Raises Problem `invalid_parameter`."""
    try:
        return Subject.of(name.strip() if kind == "visitor" else None, name if kind == "user" else None)
    except BadSubject as error:
        raise Problem("invalid_parameter", str(error)) from error


def found(access: Access, subject: Subject) -> dict[str, int]:
    """How much of each kind is stored of the subject."""
    access.demand("write")
    return preview.found(current().kept, access.project_id, subject)


def ask(access: Access, subject: Subject) -> Erasure:
    """Have it removed; a worker does it within seconds, and waits for what is on its way."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        erasure_id = store.ask(connection, access.project_id, subject, access.user_id)
    return one(access, erasure_id)


def one(access: Access, erasure_id: int) -> Erasure:
    """The erasure of this id. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        kept = store.one(connection, access.project_id, erasure_id)
    if kept is None:
        raise NotVisible(f"The project has no erasure {erasure_id}.")
    return msgspec.convert(store.receipt(kept), Erasure)


def newest(access: Access) -> Erasures:
    """The project's erasures."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        kept = store.newest(connection, access.project_id, SHOWN)
    return Erasures([msgspec.convert(store.receipt(each), Erasure) for each in kept])
