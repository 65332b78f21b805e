"""What is remembered of open sessions: only what was committed, bounded, and never more than is known to be so."""

from __future__ import annotations

from typing import cast

from collector.worker.counted import Counted
from collector.worker.open_sessions import MOST_RANGES, MOST_VIEWS, OpenSessions
from collector.worker.sessionize import Session, View


class Stub:
    """As much of a session or a page view as is looked at."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


def session(number: int, new: bool = True) -> Session:
    values = {"project_id": 1, "session": f"{number:032x}", "new": new, "day": "2027-01-15", "skew_ms": 5}
    return cast(Session, Stub(**values, seen_ms=number, continuations=(), device=1))


def view(of: Session, number: int, seq: int = 1, ranges: int = 0) -> View:
    values = {"session_": of, "page_view": number, "page_id": 9, "viewport_w": 800}
    ahead = [seq + edge for edge in range(1, 2 * ranges + 1)]
    return cast(View, Stub(**values, events=Counted(seq, ahead), recording=Counted()))


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


def test_of_a_session_with_many_page_views_those_touched_last_are_remembered() -> None:
    open_sessions, mine = OpenSessions(), session(1)
    open_sessions.committed([mine], [view(mine, number) for number in range(MOST_VIEWS)])
    open_sessions.committed([mine], [view(mine, 0, seq=7)])
    open_sessions.committed([mine], [view(mine, MOST_VIEWS)])
    entry = open_sessions.get((1, mine.session))
    assert entry
    assert 1 not in entry.views
    assert entry.views[0].events_seq == 7


def test_page_view_with_many_gaps_is_asked_for_until_they_are_filled() -> None:
    open_sessions, mine = OpenSessions(), session(1)
    open_sessions.committed([mine], [view(mine, 1), view(mine, 2, ranges=MOST_RANGES)])
    entry = open_sessions.get((1, mine.session))
    assert entry
    assert entry.whole
    assert [*entry.views] == [1, 2]
    open_sessions.committed([mine], [view(mine, 2, ranges=MOST_RANGES + 1)])
    assert not entry.whole, "a page view that is not remembered has a row"
    assert [*entry.views] == [1]
    open_sessions.committed([mine], [view(mine, 2, seq=99)])
    assert entry.views[2].events_seq == 99


def test_page_views_are_bounded_over_all_sessions_too() -> None:
    open_sessions, sessions = OpenSessions(most_views=10), [session(number) for number in range(4)]
    for one in sessions[:3]:
        open_sessions.committed([one], [view(one, number) for number in range(3)])
    open_sessions.committed([sessions[0]], [view(sessions[0], 0)])  # no page view more than before
    assert len(open_sessions) == 3
    open_sessions.committed([sessions[3]], [view(sessions[3], number) for number in range(3)])
    assert [open_sessions.get((1, one.session)) is not None for one in sessions] == [True, False, True, True]
    open_sessions.forget([(1, sessions[0].session)])
    open_sessions.committed([sessions[1]], [view(sessions[1], number) for number in range(3)])
    assert [open_sessions.get((1, one.session)) is not None for one in sessions] == [False, True, True, True]
