"""What people keep about recordings: which they have watched, and tags."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import recording_tags, watched_recordings

LONGEST_TAG: Final = 40


def mark_watched(access: Access, session_ids: Sequence[uuid.UUID], watched: bool = True) -> None:
    """The asker has watched these, or wants to come by them again. Nothing is kept of who came by a link or a key."""
    access.demand("recording")
    if access.session_id is not None:
        session_ids = [one for one in session_ids if one == access.session_id]
    if access.user_id is None or not session_ids:
        return
    change = watched_recordings.mark if watched else watched_recordings.unmark
    with current().database.transaction(access.projects) as connection:
        change(connection, access.project_id, access.user_id, session_ids)


def marks_of(access: Access, session_ids: Sequence[uuid.UUID]) -> tuple[set[uuid.UUID], dict[uuid.UUID, list[str]]]:
    """(those that the asker has watched, the tags of those that have any)."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        tags = recording_tags.tags_of(connection, access.project_id, session_ids)
        if access.user_id is None:
            return set(), tags
        seen = watched_recordings.watched_among(connection, access.project_id, access.user_id, session_ids)
    return seen, tags


def all_watched(access: Access) -> list[uuid.UUID]:
    """What the asker has watched in this project."""
    access.demand("read")
    if access.user_id is None:
        return []
    with current().database.transaction(access.projects) as connection:
        return watched_recordings.watched(connection, access.project_id, access.user_id)


def tags(access: Access) -> list[tuple[str, int]]:
    """The project's tags with their number of sessions."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return recording_tags.tags(connection, access.project_id)


def tagged(access: Access, wanted: Sequence[str]) -> list[uuid.UUID]:
    """The sessions that have one of these tags."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return recording_tags.tagged_sessions(connection, access.project_id, wanted)


def checked_tag(tag: str) -> str:
    """A tag without blanks around it. Raises Problem `invalid_parameter`."""
    tag = checked_name(tag)
    if len(tag) > LONGEST_TAG or "," in tag:
        raise Problem("invalid_parameter", f"tag: it has at most {LONGEST_TAG} characters and no comma.")
    return tag


def add_tag(access: Access, tag: str, session_ids: Sequence[uuid.UUID]) -> str:
    """Tag these sessions; gives the tag as it is kept. Raises Problem."""
    access.demand("write")
    tag = checked_tag(tag)
    with current().database.transaction(access.projects) as connection:
        recording_tags.add(connection, access.project_id, tag, session_ids, access.user_id)
    return tag


def remove_tag(access: Access, tag: str, session_ids: Sequence[uuid.UUID]) -> str:
    """Take the tag off these sessions; gives it as it was kept. Raises Problem."""
    access.demand("write")
    tag = checked_tag(tag)
    with current().database.transaction(access.projects) as connection:
        recording_tags.remove(connection, access.project_id, tag, session_ids)
    return tag
