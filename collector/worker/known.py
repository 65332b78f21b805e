"""What is known of a batch's sessions and page views: from memory, and for the rest from the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from collector.worker.open_sessions import OpenSessions
from collector.worker.sessionize import SessionKey, ViewKey
from storage import page_views, sessions
from storage.page_views import KnownView
from storage.postgres import Connection, by_key
from storage.sessions import KnownSession


class Look:
    """Looks in one transaction, at sessions of the days `first` to `last`."""

    def __init__(self, connection: Connection, remembered: OpenSessions, first: dt.date, last: dt.date) -> None:
        by_key(connection)
        self._connection = connection
        self._open = remembered
        self._first, self._last = first, last

    def sessions(self, wanted: Iterable[SessionKey]) -> dict[SessionKey, KnownSession]:
        """Those that have a row."""
        found: dict[SessionKey, KnownSession] = {}
        asked: list[SessionKey] = []
        for key in wanted:
            entry = self._open.get(key)
            if entry is None:
                asked.append(key)
            else:
                found[key] = KnownSession(entry.day, entry.skew_ms, entry.seen_ms, entry.continuations, entry.device)
        return found | sessions.known(self._connection, asked, self._first, self._last)

    def views(self, wanted: Sequence[ViewKey], known: Mapping[SessionKey, KnownSession]) -> dict[ViewKey, KnownView]:
        """Those that have a row; their sessions are `known`."""
        found: dict[ViewKey, KnownView] = {}
        asked: list[ViewKey] = []
        for key in wanted:
            entry = self._open.get(key[:2])
            view = entry.views.get(key[2]) if entry else None
            if view is not None:
                found[key] = view
            elif entry is None or not entry.whole:
                asked.append(key)
        rows = page_views.known(self._connection, [(key[0], known[key[:2]].day, key[1], key[2]) for key in asked])
        return found | {asked[n]: view for n, view in rows.items()}
