"""Playlists of a project: recordings in an order of someone's own, to be watched one after the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.queries.projects import checked_name
from dashboard.services import current
from storage import playlists as store
from storage.playlists import MOST, PlaylistRow
from storage.postgres import Connection

Ids = list[uuid.UUID]


def playlists(access: Access) -> list[PlaylistRow]:
    """The project's playlists by name."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return store.playlists(connection, access.project_id)


def playlist_sessions(access: Access, playlist_id: int) -> Ids:
    """Its recordings in its order; none for a playlist that is not there."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return store.session_ids(connection, access.project_id, playlist_id)


def add_to_playlist(access: Access, name: str, session_ids: Sequence[uuid.UUID]) -> int:
    """Put these at the end of the playlist of this name, which is made if there is none; gives its id.

    Raises Problem.
    """
    access.demand("write")
    name = checked_name(name)
    with current().database.transaction(access.projects) as connection:
        playlist_id = store.create(connection, access.project_id, name, access.user_id)
        _change(connection, access, playlist_id, lambda there: [*there, *session_ids])
    return playlist_id


def take_out(access: Access, playlist_id: int, session_ids: Sequence[uuid.UUID]) -> None:
    """Take these out of the playlist. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        _change(connection, access, playlist_id, lambda there: [one for one in there if one not in set(session_ids)])


def move(access: Access, playlist_id: int, session_ids: Sequence[uuid.UUID], by: int) -> None:
    """Move these one place towards the beginning (`by` -1) or the end (1). Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        _change(connection, access, playlist_id, lambda there: moved(there, set(session_ids), by))


def moved(there: Ids, chosen: set[uuid.UUID], by: int) -> Ids:
    """The order with the chosen ones one place further; those that stand at the edge stay and keep their order."""
    order = there[:] if by < 0 else there[::-1]
    for at in range(1, len(order)):
        if order[at] in chosen and order[at - 1] not in chosen:
            order[at - 1], order[at] = order[at], order[at - 1]
    return order if by < 0 else order[::-1]


def delete_playlist(access: Access, playlist_id: int) -> None:
    """Forget a playlist; its recordings stay. Raises NotVisible."""
    access.demand("write")
    with current().database.transaction(access.projects) as connection:
        if not store.delete(connection, access.project_id, playlist_id):
            raise NotVisible(f"There is no playlist {playlist_id}.")


def _change(connection: Connection, access: Access, playlist_id: int, change: Callable[[Ids], Ids]) -> None:
    if not store.locked(connection, access.project_id, playlist_id):
        raise NotVisible(f"There is no playlist {playlist_id}.")
    wanted = change(store.session_ids(connection, access.project_id, playlist_id))
    if len(wanted) > MOST:
        raise Problem("invalid_parameter", f"playlist: it has at most {MOST} recordings.")
    store.arrange(connection, access.project_id, playlist_id, wanted)
