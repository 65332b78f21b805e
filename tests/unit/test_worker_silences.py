"""Half an hour of silence ends a session by the server's clock, and late requests still find the one they belong to."""

from __future__ import annotations

from collector.records import Record
from collector.worker.decode import Request, Sourced, decode
from collector.worker.silences import IDLE_MS, continuation_of, settle, suspects
from storage.sessions import KnownSession

AT = 1_800_000_000_000
SESSION = "5e" * 16
OLD, NEW, LATER = 1, 2, 3  # page views
KEY = (1, SESSION)


def request(view: int, received: int, session: str = SESSION, sent: int = AT) -> Request:
    query = f"v=1&k=abcdefgh&s={session}&p={view:012x}&n=0&u={'0b' * 16}&t={sent}".encode()
    record = Record("e", 1, 2, received, "00" * 8, b"", query, b'{"e":[{"k":"scroll","t":1,"d":1,"dh":2}]}')
    return decode([Sourced(0, "1-1", 0, record)]).requests[0]


def settled(listed: list[Request], known: dict[tuple[int, str], KnownSession], *views: int) -> list[str]:
    """The sessions of the requests; `views`: page views of the first session that have rows."""
    settle(suspects(listed, known), known, {(1, SESSION, view) for view in views})
    return [one.session for one in listed]


def known(seen_ms: int, *continuations: str) -> dict[tuple[int, str], KnownSession]:
    return {KEY: KnownSession("2027-01-15", 0, seen_ms, continuations)}


def test_session_that_never_was_silent_for_long_stays_one() -> None:
    listed = [request(NEW, AT + n * (IDLE_MS - 1)) for n in range(1, 5)]
    assert settled(listed, known(AT)) == [SESSION] * 4
    assert suspects([request(NEW, AT + IDLE_MS)], known(AT)) == {}


def test_new_page_view_after_the_silence_begins_a_session_that_the_rest_follows() -> None:
    listed = [request(NEW, AT + IDLE_MS + 1), request(NEW, AT + IDLE_MS + 2), request(LATER, AT + IDLE_MS + 3)]
    assert settled(listed, known(AT), OLD) == [continuation_of(SESSION, NEW)] * 3


def test_late_request_of_an_old_page_view_lands_in_the_old_session() -> None:
    listed = [request(NEW, AT + IDLE_MS + 1), request(OLD, AT + IDLE_MS + 5)]
    assert settled(listed, known(AT), OLD) == [continuation_of(SESSION, NEW), SESSION]


def test_order_of_arrival_counts_whatever_the_batch_order_and_the_browsers_clock() -> None:
    listed = [request(LATER, AT + 2 * IDLE_MS, sent=5), request(OLD, AT, sent=AT * 2), request(NEW, AT + IDLE_MS)]
    assert settled(listed, {}) == [SESSION] * 3
    listed = [request(LATER, AT + 2 * IDLE_MS, sent=5), request(OLD, AT, sent=AT * 2)]
    assert settled(listed, {}) == [continuation_of(SESSION, LATER), SESSION]


def test_session_that_went_on_as_another_goes_on_there_and_may_end_again() -> None:
    second = continuation_of(SESSION, NEW)
    rows = known(AT, second) | {(1, second): KnownSession("2027-01-15", 0, AT + 2 * IDLE_MS)}
    listed = [request(LATER, AT + 2 * IDLE_MS + 5)]
    assert settled(listed, rows, OLD) == [second]
    listed = [request(LATER, AT + 4 * IDLE_MS)]
    assert settled(listed, rows, OLD) == [continuation_of(SESSION, LATER)]
    suspected = suspects([request(LATER, AT + 4 * IDLE_MS)], rows)
    assert settle(suspected, rows, set()) == [(KEY, continuation_of(SESSION, LATER))]


def test_the_same_batch_gives_the_same_sessions_again() -> None:
    def once() -> list[str]:
        return settled([request(NEW, AT + IDLE_MS + 1), request(LATER, AT + 3 * IDLE_MS)], known(AT), OLD)

    assert once() == once()
    assert len(set(once())) == 2
