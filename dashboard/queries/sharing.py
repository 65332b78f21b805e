"""Sharing: links that show one recording to whoever has them, and grants to users of other accounts."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.services import current
from storage import grants, recordings, share_links, users
from storage.grants import Grant, SharedWith
from storage.postgres import Connection
from storage.share_links import ShareLink

LONGEST_DAYS = 365
LONGEST_START_MS = 86_400_000


class NewLink(msgspec.Struct, frozen=True):
    """A link as it was made; `address` holds the token and is shown only now."""

    id: int
    address: str
    start_ms: int
    expires_at: dt.datetime | None


def links(access: Access, session_id: uuid.UUID) -> list[ShareLink]:
    """The recording's open links, newest first."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        _known(connection, access, session_id)
        return share_links.links(connection, access.project_id, session_id)


def create_link(access: Access, session_id: uuid.UUID, start_ms: int = 0, days: int | None = None) -> NewLink:
    """A link that plays the recording from `start_ms`, for `days` days or until it is taken back.

    Raises NotVisible, Problem `invalid_parameter`.
    """
    access.demand("write")
    if not 0 <= start_ms <= LONGEST_START_MS:
        raise Problem("invalid_parameter", "start_ms: it lies within the recording, in milliseconds.")
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Problem("invalid_parameter", f"days: 1 to {LONGEST_DAYS}.")
    expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
    with current().database.transaction(access.projects) as connection:
        _known(connection, access, session_id)
        link_id, token = share_links.create(
            connection, access.project_id, session_id, start_ms, expires_at, access.user_id
        )
    return NewLink(link_id, f"{current().settings.public_url}/s/{token}", start_ms, expires_at)


def take_back_link(access: Access, session_id: uuid.UUID, link_id: int) -> None:
    """The link opens nothing from now on. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        if not share_links.take_back(connection, access.project_id, session_id, link_id):
            raise NotVisible(f"The recording has no link {link_id} that could be taken back.")


def given(access: Access, session_id: uuid.UUID | None = None) -> list[Grant]:
    """The open grants of a recording, or (None) of the whole project; newest first."""
    access.demand("write" if session_id else "admin")
    with current().database.transaction(access.projects) as connection:
        if session_id:
            _known(connection, access, session_id)
        return grants.grants(connection, access.project_id, session_id)


def give(access: Access, email: str, session_id: uuid.UUID | None = None) -> int:
    """Let a user see the recording, or (None) the whole project; gives the grant's id.

    Raises NotVisible, Problem `invalid_parameter` for an address that has no user.
    """
    access.demand("write" if session_id else "admin")
    with current().database.transaction(access.projects) as connection:
        if session_id:
            _known(connection, access, session_id)
        user = users.user_by_email(connection, email)
        if user is None:
            raise Problem("invalid_parameter", "email: nobody here has this address; a share link needs no sign-in.")
        return grants.give(connection, access.project_id, user.user_id, session_id, access.user_id)


def take_back(access: Access, grant_id: int, session_id: uuid.UUID | None = None) -> None:
    """The grant ends. Raises NotVisible."""
    access.demand("write" if session_id else "admin")
    with current().database.transaction(access.projects) as connection:
        if not grants.take_back(connection, access.project_id, session_id, grant_id):
            raise NotVisible(f"There is no grant {grant_id} that could be taken back.")


def project_links(access: Access) -> list[ShareLink]:
    """The open links of all recordings of the project, newest first."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        return share_links.project_links(connection, access.project_id)


def recording_grants(access: Access) -> list[Grant]:
    """The open grants of single recordings of the project, newest first."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        return grants.recording_grants(connection, access.project_id)


def _known(connection: Connection, access: Access, session_id: uuid.UUID) -> None:
    """Raise NotVisible unless the project has this recording."""
    if recordings.session(connection, access.project_id, session_id) is None:
        raise NotVisible(f"There is no recording {session_id}.")


def shared_with_me() -> list[SharedWith]:
    """What users of other accounts gave the signed-in user, newest first."""
    user = guard.user()
    with current().database.transaction() as connection:
        return grants.shared_with(connection, user.user_id)
