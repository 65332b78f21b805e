"""What the database holds of the sessions that are going on, kept in the process: most batches need not ask for it.

Sound because the owner of a shard alone writes its sessions, and only in transactions that move the shard's offset by
compare-and-set. So what this worker has committed is how things are, until it gives a shard away or loses one: then all
is forgotten. Nothing is noted before its commit. Bounded: the sessions that were silent longest are forgotten first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from collector.worker.sessionize import Session, SessionKey, View
from storage.page_views import KnownView

MOST_SESSIONS: Final = 100_000
MOST_VIEWS: Final = 32  # of a session; of one that has more, what was not touched lately is asked for


class OpenSession:
    """A session that has a row. `whole`: page views that are not in `views` have no row."""

    __slots__ = ("continuations", "day", "seen_ms", "skew_ms", "views", "whole")

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.day, self.skew_ms, self.seen_ms = "", 0, 0
        self.continuations: tuple[str, ...] = ()
        self.views: dict[int, KnownView] = {}


class OpenSessions:
    """Sessions by their key, those that were used last at the end."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self._most = most
        self._open: dict[SessionKey, OpenSession] = {}

    def __len__(self) -> int:
        return len(self._open)

    def get(self, key: SessionKey) -> OpenSession | None:
        """The session, if it is remembered; None tells nothing."""
        return self._open.get(key)

    def committed(self, sessions: Iterable[Session], views: Iterable[View]) -> None:
        """These stand in the database now as they left the batch."""
        for session in sessions:
            # Taken out and put in again: a dict keeps the order in which keys came.
            key = (session.project_id, session.session)
            entry = self._open.pop(key, None)
            if entry is None:
                entry = OpenSession(whole=session.new)
            entry.day, entry.skew_ms = session.day, session.skew_ms
            entry.continuations = session.continuations
            entry.seen_ms = max(entry.seen_ms, session.seen_ms)
            self._open[key] = entry
        for view in views:
            entry = self._open[view.session_.project_id, view.session_.session]
            entry.views[view.page_view] = KnownView(
                view.page_id,
                view.viewport_w,
                view.events.seq,
                view.events.ahead,
                view.recording.seq,
                view.recording.ahead,
            )
            if len(entry.views) > MOST_VIEWS:
                entry.views = dict([*entry.views.items()][-MOST_VIEWS // 2 :])
                entry.whole = False
        excess = len(self._open) - self._most
        if excess > 0:
            for key in list(islice(self._open, excess)):
                del self._open[key]

    def forget(self, sessions: Sequence[SessionKey] | None = None) -> None:
        """Forget these, or all."""
        if sessions is None:
            self._open.clear()
        for key in sessions or ():
            self._open.pop(key, None)
