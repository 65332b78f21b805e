"""Removing a session everywhere: recording, facts, heat points, rows, search document, links, grants, cache."""

from __future__ import annotations

import uuid

from dashboard.auth.access import Access
from dashboard.queries.recordings import UnknownRecording
from dashboard.services import current
from storage.removal import sessions


def delete_session(access: Access, session_id: uuid.UUID) -> None:
    """Remove the session. Cut off on its way it can be asked for again. Raises UnknownRecording."""
    access.demand("write")
    removed = sessions.remove(current().kept, access.project_id, [session_id])
    if not removed["sessions"]:
        raise UnknownRecording(f"There is no recording {session_id}.")
