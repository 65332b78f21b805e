"""What is remembered of open sessions: only what was committed, bounded, and never more than is known to be so."""

from __future__ import annotations

from typing import cast

from collector.worker.counted import Counted
from collector.worker.open_sessions import MOST_VIEWS, OpenSessions
from collector.worker.sessionize import Session, View


class Stub:
    """As much of a session or a page view as is looked at."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


def session(number: int, new: bool = True) -> Session:
    values = {"project_id": 1, "session": f"{number:032x}", "new": new, "day": "2027-01-15", "skew_ms": 5}
    return cast(Session, Stub(**values, seen_ms=number, continuations=()))


def view(of: Session, number: int, seq: int = 1) -> View:
    values = {"session_": of, "page_view": number, "page_id": 9, "viewport_w": 800}
    return cast(View, Stub(**values, events=Counted(seq), recording=Counted()))


def test_sessions_used_longest_ago_are_forgotten_first() -> None:
    open_sessions, sessions = OpenSessions(most=3), [session(number) for number in range(5)]
    open_sessions.committed(sessions[:3], [])
    open_sessions.committed(sessions[:1], [])
    open_sessions.committed(sessions[3:4], [])
    assert open_sessions.get((1, sessions[1].session)) is None
    assert all(open_sessions.get((1, sessions[number].session)) for number in (0, 2, 3))
    open_sessions.forget()
    assert open_sessions.get((1, sessions[0].session)) is None


def test_only_of_a_session_that_began_here_are_all_page_views_known() -> None:
    open_sessions, mine, met = OpenSessions(), session(1), session(2, new=False)
    open_sessions.committed([mine, met], [view(mine, 1), view(met, 1)])
    first, second = open_sessions.get((1, mine.session)), open_sessions.get((1, met.session))
    assert first
    assert second
    assert (first.whole, second.whole) == (True, False)
    open_sessions.committed([session(1, new=False)], [view(mine, number, seq=4) for number in range(1, MOST_VIEWS + 2)])
    assert not first.whole, "some of its many page views had to be forgotten"
    assert len(first.views) <= MOST_VIEWS
    assert first.views[MOST_VIEWS + 1].events_seq == 4
