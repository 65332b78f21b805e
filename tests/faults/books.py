"""What was sent held against what is stored: each acknowledged request exactly once, nothing else, and a ledger that
adds up for every project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import psycopg
from browsers import ACKNOWLEDGED, COMES_BACK, NO_ANSWER, Request
from door import Site, until
from running_stack import Stack
from stored import Stored

from storage.blobs import open_blobs
from storage.event_stream import open_event_stream

REFUSED = COMES_BACK - {NO_ANSWER}
SETTLES_S = 120


class Books:
    """The stored side of some projects of one stack."""

    def __init__(self, stack: Stack, sites: Sequence[Site]) -> None:
        self._stack = stack
        self._sites = sites
        self._dsn = stack.settings.dsn("worker")
        self._unknown_before = self._ledger(0)["unavailable"]

    def _ledger(self, *projects: int) -> Counter[str]:
        with psycopg.connect(self._dsn, connect_timeout=5) as connection:
            rows = connection.execute(
                "SELECT reason, sum(requests)::bigint FROM ledger_now WHERE project_id = ANY(%s) GROUP BY reason",
                (list(projects),),
            ).fetchall()
        return Counter({reason: int(requests) for reason, requests in rows})

    def _received(self, site: Site) -> int:
        """Requests that the door has counted, whatever became of them."""
        with psycopg.connect(self._dsn, connect_timeout=5) as connection:
            [(requests,)] = connection.execute(
                "SELECT coalesce(sum(requests), 0)::bigint FROM ledger_received_now WHERE project_id = %s",
                (site.project_id,),
            ).fetchall()
        return int(requests)

    def committed(self) -> int:
        """Requests that have been counted; -1 while the database does not answer."""
        try:
            return self._counted()["accepted"]
        except psycopg.Error:
            return -1

    def have_begun(self) -> bool:
        """Whether every project has requests that are counted."""
        return all(self._ledger(site.project_id)["accepted"] for site in self._sites)

    def assert_balance(
        self, requests: Sequence[Request], forgotten_refusals: bool = False, asked_again: int = 0
    ) -> None:
        """Every acknowledged request is stored once, nothing that was not sent is, and the ledger says so.

        `forgotten_refusals`: nginx itself was killed, and with it went its count of refusals not yet passed on.
        `asked_again`: so many requests at most the edge had to give to another node, since the one that may have stored
        them died before it answered; each of these may have come in twice, and counts once.
        """
        answers = Counter(answer for one in requests for answer in one.answers)
        assert set(answers) <= {ACKNOWLEDGED, *COMES_BACK}, f"what no browser should be told: {answers}"
        refused = 0 if forgotten_refusals else sum(answers[status] for status in REFUSED)
        wanted = f"{answers[ACKNOWLEDGED]} acknowledged and {refused} refused requests to be counted"
        try:
            until(lambda: self._is_all_taken_in(answers[ACKNOWLEDGED], refused), wanted, SETTLES_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self._counted()} are, and {self._waiting()} entries wait") from None
        unknown = self._ledger(0)["unavailable"] - self._unknown_before
        for site in self._sites:
            own = [one for one in requests if one.site == site]
            self._assert_project(site, own)
            unknown = self._assert_ledger(site, own, unknown, forgotten_refusals, asked_again)

    def _counted(self) -> Counter[str]:
        """The ledger of all the sites' projects."""
        return self._ledger(*(site.project_id for site in self._sites))

    def _waiting(self) -> int:
        """Entries in the streams."""
        stream = open_event_stream(self._stack.settings)
        return sum(stream.length(shard) for shard in range(self._stack.settings.collector.shards))

    def _is_all_taken_in(self, acknowledged: int, refused: int) -> bool:
        """Whether the streams are empty, and as many requests are counted as browsers were told of."""
        try:
            ledger, waiting = self._counted(), self._waiting()
            told = ledger["unavailable"] + self._ledger(0)["unavailable"] - self._unknown_before
        except (OSError, psycopg.Error):
            return False
        return waiting == 0 and told >= refused and ledger["accepted"] + ledger["duplicate"] >= acknowledged

    def _assert_project(self, site: Site, requests: Sequence[Request]) -> None:
        """Sessions, page views with their numbers, recordings, heat, facts and blobs hold the requests, each once."""
        stored = Stored(self._stack, site)
        # What never got an answer may be stored or not; all else must be.
        taken = [one for one in requests if one.acknowledged]
        doubtful = [one for one in requests if not one.acknowledged]
        if doubtful:
            numbers = self._numbers(stored)
            taken += [one for one in doubtful if _key(one) in numbers]
        assert self._numbers(stored) == {_key(one) for one in taken}
        sessions = stored.rows(
            "SELECT session_id, clicks, page_views, recording_events FROM sessions WHERE project_id = %s"
        )
        assert {session.hex: tuple(counts) for session, *counts in sessions} == _by_session(taken)
        clicks = stored.rows("SELECT session_id, page_view_id, clicks FROM page_views WHERE project_id = %s")
        assert {(session.hex, view): count for session, view, count in clicks} == _clicks_by_view(taken)
        chunks = sum(one.chunks for one in taken)
        [(counted,)] = stored.rows("SELECT coalesce(sum(chunks), 0)::bigint FROM recordings WHERE project_id = %s")
        assert counted == chunks
        assert stored.points() == sum(one.clicks for one in taken)
        keys = [key for (key,) in stored.rows("SELECT blob_key FROM recording_chunks WHERE project_id = %s")]
        assert len(keys) == chunks
        kept = {key for key, _ in open_blobs(self._stack.settings).list(f"recordings/{site.project_id}/")}
        assert set(keys) == kept, "every chunk that is counted has its bytes"
        assert stored.facts() == sum(one.clicks + (one.channel == "e" and one.number == 0) for one in taken)

    def _numbers(self, stored: Stored) -> set[tuple[str, int, str, int]]:
        """(session, page view, channel, number) of every request that the page views say they have counted."""
        rows = stored.rows(
            "SELECT session_id, page_view_id, events_seq, events_ahead, recording_seq, recording_ahead"
            " FROM page_views WHERE project_id = %s"
        )
        found: set[tuple[str, int, str, int]] = set()
        for session, view, events_seq, events_ahead, recording_seq, recording_ahead in rows:
            for channel, seq, ahead in (("e", events_seq, events_ahead), ("r", recording_seq, recording_ahead)):
                spans = [(0, seq), *zip(ahead[::2], ahead[1::2], strict=True)]
                found |= {(session.hex, view, channel, number) for span in spans for number in range(*span)}
        return found

    def _assert_ledger(
        self, site: Site, requests: Sequence[Request], unknown: int, forgotten: bool, asked_again: int
    ) -> int:
        """The project's lines are what its browsers were told. Gives the refusals that are left for no project."""
        ledger = self._ledger(site.project_id)
        answers = Counter(answer for one in requests for answer in one.answers)
        distinct = sum(1 for one in requests if one.acknowledged)
        doubt = answers[NO_ANSWER]
        refused = sum(answers[status] for status in REFUSED)
        assert set(ledger) <= {"accepted", "duplicate", "unavailable"}
        assert self._received(site) == ledger.total(), f"the door counted otherwise: {ledger}"
        assert distinct <= ledger["accepted"] <= len(requests)
        # An attempt without an answer may have been stored, and so may one that was told to come back.
        most = answers[ACKNOWLEDGED] + doubt + refused + asked_again
        assert answers[ACKNOWLEDGED] <= ledger["accepted"] + ledger["duplicate"] <= most
        # Where the site could not be looked up the refusal stands under no project.
        left = unknown - max(0, refused - ledger["unavailable"])
        told = f"{refused} refusals, {ledger['unavailable']} counted, and {unknown} of no project"
        assert forgotten or left >= 0, told
        assert ledger["unavailable"] <= refused + doubt, told
        return max(0, left)


def _key(one: Request) -> tuple[str, int, str, int]:
    return one.visitor.session, int(one.visitor.page_view, 16), one.channel, one.number


def _by_session(requests: Iterable[Request]) -> dict[str, tuple[int, int, int]]:
    """(clicks, page views, recording events) of each session."""
    clicks: Counter[str] = Counter()
    chunks: Counter[str] = Counter()
    views: dict[str, set[str]] = {}
    for one in requests:
        clicks[one.visitor.session] += one.clicks
        chunks[one.visitor.session] += one.chunks
        begun = views.setdefault(one.visitor.session, set())
        if one.channel == "e" and one.number == 0:
            begun.add(one.visitor.page_view)
    return {session: (clicks[session], len(views[session]), chunks[session]) for session in views}


def _clicks_by_view(requests: Iterable[Request]) -> dict[tuple[str, int], int]:
    clicks: Counter[tuple[str, int]] = Counter()
    for one in requests:
        clicks[one.visitor.session, int(one.visitor.page_view, 16)] += one.clicks
    return dict(clicks)
