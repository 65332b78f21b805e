"""What the database holds of the sessions that are going on, kept in the process: most batches need not ask for it.

Sound because the owner of a shard alone writes its sessions, and only in transactions that move the shard's offset by
compare-and-set. So what this worker has committed is how things are, until it gives a shard away or loses one: then all
is forgotten. Nothing is noted before its commit. Bounded in sessions, page views and what each takes: the sessions that
were silent longest are forgotten first, and of a session the page views that were.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from collector.worker.sessionize import Session, SessionKey, View
from storage.page_views import KnownView

MOST_SESSIONS: Final = 400_000  # at some 1,000 bytes with two page views
MOST_VIEWS: Final = 32  # of a session; of one that has more, what was not touched lately is asked for
MOST_VIEWS_IN_ALL: Final = 1_000_000
MOST_RANGES: Final = 16  # of a channel's numbers; a page view with more gaps than any tracker leaves is asked for


class OpenSession:
    """A session that has a row. `whole`: page views that are not in `views` have no row."""

    __slots__ = ("continuations", "day", "device", "seen_ms", "skew_ms", "views", "whole")

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.day, self.skew_ms, self.seen_ms, self.device = "", 0, 0, 0
        self.continuations: tuple[str, ...] = ()
        self.views: dict[int, KnownView] = {}


class OpenSessions:
    """Sessions by their key, those that were used last at the end."""

    def __init__(self, most: int = MOST_SESSIONS, most_views: int = MOST_VIEWS_IN_ALL) -> None:
        self._most, self._most_views = most, most_views
        # No plain dict: that looks for its first key through all places from which others were taken out.
        self._open: OrderedDict[SessionKey, OpenSession] = OrderedDict()
        self._views = 0  # of all sessions

    def __len__(self) -> int:
        return len(self._open)

    def get(self, key: SessionKey) -> OpenSession | None:
        """The session, if it is remembered; None tells nothing."""
        return self._open.get(key)

    def committed(self, sessions: Iterable[Session], views: Iterable[View]) -> None:
        """These stand in the database now as they left the batch."""
        for session in sessions:
            key = (session.project_id, session.session)
            entry = self._open.get(key)
            if entry is None:
                entry = self._open[key] = OpenSession(whole=session.new)
            else:
                self._open.move_to_end(key)
            entry.day, entry.skew_ms, entry.device = session.day, session.skew_ms, session.device
            entry.continuations = session.continuations
            entry.seen_ms = max(entry.seen_ms, session.seen_ms)
        for view in views:
            self._see(self._open[view.session_.project_id, view.session_.session], view)
        while len(self._open) > self._most or self._views > self._most_views:
            self._drop(next(iter(self._open)))

    def _see(self, entry: OpenSession, view: View) -> None:
        """Remember a page view of the session as the one that was touched last."""
        before = len(entry.views)
        entry.views.pop(view.page_view, None)
        if max(len(view.events.ahead), len(view.recording.ahead)) > 2 * MOST_RANGES:
            entry.whole = False
        else:
            entry.views[view.page_view] = KnownView(
                view.page_id,
                view.viewport_w,
                view.events.seq,
                view.events.ahead or (),  # nearly always; an empty list a channel would take more than the rest
                view.recording.seq,
                view.recording.ahead or (),
            )
        if len(entry.views) > MOST_VIEWS:
            entry.views = dict([*entry.views.items()][-MOST_VIEWS // 2 :])
            entry.whole = False
        self._views += len(entry.views) - before

    def _drop(self, key: SessionKey) -> None:
        entry = self._open.pop(key, None)
        if entry is not None:
            self._views -= len(entry.views)

    def forget(self, sessions: Sequence[SessionKey] | None = None) -> None:
        """Forget these, or all."""
        if sessions is None:
            self._open.clear()
            self._views = 0
        for key in sessions or ():
            self._drop(key)
