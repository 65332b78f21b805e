"""Between the first and the second step: a session ends with half an hour of silence, also when its browser goes on.

The tracker begins a new session by itself then; another client, or a clock that stood still, may not. What counts is
the server's time. A page view stays in the session that it began in, so that late requests and retries find their
place; the first *new* page view after the silence begins a session whose id follows from the old one's and its own.
Pure; what the database knows is handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from collector.worker.decode import Request
from storage.sessions import KnownSession

IDLE_MS: Final = 1_800_000

SessionKey = tuple[int, str]  # project, session id
ViewKey = tuple[int, str, int]  # project, session id, page view id


def suspects(
    requests: Collection[Request], known: Mapping[SessionKey, KnownSession]
) -> dict[SessionKey, list[Request]]:
    """The sessions that may be silent for too long, or were before, with their requests in order of arrival."""
    received = [request.received_ms for request in requests]
    latest, long = max(received), max(received) - min(received) > IDLE_MS
    suspected: dict[SessionKey, list[Request]] = {
        key: [] for key, one in known.items() if one.continuations or latest - one.seen_ms > IDLE_MS
    }
    if not suspected and not long:
        return {}
    for request in requests:
        key = (request.project_id, request.session)
        if key in suspected:
            suspected[key].append(request)
        elif long:  # a batch that caught up with hours may hold the silence itself
            suspected[key] = [request]
    for own in suspected.values():
        own.sort(key=_arrived)
    return suspected


def continuation_of(session: str, page_view: int) -> str:
    """The id of the session that this page view begins under the id of another; 32 hex digits."""
    return hashlib.sha256(f"{session}/{page_view}".encode()).hexdigest()[:32]


def settle(
    suspected: Mapping[SessionKey, Iterable[Request]],
    known: Mapping[SessionKey, KnownSession],
    views: Collection[ViewKey],
) -> list[tuple[SessionKey, str]]:
    """Give every request the session that it belongs to; gives those that go on as another, and as which.

    `known`: the suspected sessions and their continuations; `views`: page views of either that have rows.
    """
    found: list[tuple[SessionKey, str]] = []
    for (project_id, first), own in suspected.items():
        old = known.get((project_id, first))
        members = [first, *(old.continuations if old else ())]
        seen_ms = max(
            [known[key].seen_ms for member in members if (key := (project_id, member)) in known], default=None
        )
        placed: dict[int, str] = {}
        for request in own:
            received, view = request.received_ms, request.page_view
            if view not in placed:
                home = next((member for member in members if (project_id, member, view) in views), "")
                if not home and seen_ms is not None and received - seen_ms > IDLE_MS:
                    home = continuation_of(first, view)
                    members.append(home)
                    found.append(((project_id, first), home))
                placed[view] = home or members[-1]
            seen_ms = max(received, seen_ms or 0)
            if placed[view] != first:
                request.session = placed[view]
    return found


def _arrived(request: Request) -> int:
    return request.received_ms
