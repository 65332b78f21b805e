"""The ledger adds up: each request that was sent is in one outcome, and the door's own count says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from askers import program
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from project_counts import rows
from running_stack import Stack

BOT = {"User-Agent": "Googlebot/2.1"}
CLIENT = {"X-Forwarded-For": "203.0.113.77"}
BELOW, BEYOND = "00" * 4, "ff" * 4  # ends of session ids that are kept, and left out


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


class Sent:
    """Sends for a site and keeps the books: requests, events and bytes by the reason that is to come of them."""

    def __init__(self, door: Door, site: Site) -> None:
        self._door = door
        self._site = site
        self.requests: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()

    def __call__(
        self,
        reason: str,
        status: int,
        visitor: Visitor,
        body: bytes,
        number: int = 0,
        count: int = 0,
        channel: str = "e",
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> None:
        answer = self._door.send(
            f"/c/{channel}?{visitor.query(self._site.key, number, **query)}", body, headers=headers or {}
        )
        assert answer.status == status, (reason, answer.status, answer.body)
        self.requests[reason] += 1
        self.events[reason] += count
        self.bytes[reason] += len(body)


def new_visitor(end: str = BELOW) -> Visitor:
    return Visitor(Visitor().session[:24] + end)


def send_everything(stack: Stack, door: Door, site: Site) -> Sent:
    """Each outcome and remark that a client can bring about, several times."""
    sent, limit = Sent(door, site), stack.settings.collector.body_limit_events
    for _ in range(3):
        visitor, body = new_visitor(), events(PAGE, CLICK, CLICK)
        sent("accepted", 204, visitor, body, count=3)
        sent("duplicate", 204, visitor, body, count=3)
        sent("accepted", 204, visitor, b'[{"type":4,"timestamp":1,"data":{}}]', channel="r")
        sent("malformed", 400, visitor, b"no json", 1)
        sent("malformed", 204, visitor, b'{"e":[{"k":"unheard"}]}', 1)
        sent("too_large", 413, visitor, b"{" + b" " * limit + b"}", 1)
        sent("too_many_events", 413, visitor, events(*[CLICK] * 1_001), 1)
        sent("origin_blocked", 403, visitor, events(), headers={"Origin": "https://elsewhere.example"})
        sent("bot", 403, visitor, events(), headers=BOT)
        sent("do_not_track", 403, visitor, events(), headers={"Sec-GPC": "1"})
        sent("sampled_out", 204, new_visitor(BEYOND), events())
    known = [new_visitor(), new_visitor()]
    for visitor in known:
        sent("accepted", 204, visitor, events(), count=2, headers=CLIENT)
    for _ in range(3):
        sent("too_many_sessions", 429, new_visitor(), events(), headers=CLIENT)
    sent("accepted", 204, known[0], events(CLICK), 1, count=1, headers=CLIENT, t="1000000000000")
    sent.requests["clock_skew"] += 1
    sent.events["clock_skew"] += 1
    # The day's quota: three, two and one session have begun; no other may.
    sent("accepted", 204, new_visitor(), events(), count=2)
    for _ in range(2):
        sent("over_quota", 429, new_visitor(), events())
    return sent


def test_every_request_is_in_one_outcome_and_the_door_counts_as_many(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    rules = ("--sample", "50", "--client-sessions", "2", "--sessions-per-day", "6")
    assert stack.run("project", "rules", str(site.project_id), *rules).returncode == 0
    sent = send_everything(stack, door, site)
    api = program(stack, site.api_key)

    def answer() -> dict[str, Any]:
        told = api.get(f"/projects/{site.project_id}/ledger").json
        assert isinstance(told, dict)
        return told

    def counted() -> dict[str, int]:
        return {row["reason"]: row["requests"] for row in answer()["reasons"]}

    until(lambda: counted() == dict(sent.requests), f"{sent.requests} to be counted")
    told = answer()
    by_reason = {row["reason"]: row for row in told["reasons"]}
    assert {reason: row["events"] for reason, row in by_reason.items() if row["events"]} == dict(+sent.events)
    outcomes = {reason: row for reason, row in by_reason.items() if not row["remark"]}
    assert set(by_reason) - set(outcomes) == {"clock_skew"}
    assert {reason: row["bytes"] for reason, row in outcomes.items()} == dict(sent.bytes)
    total = sum(row["requests"] for row in outcomes.values())
    size = sum(row["bytes"] for row in outcomes.values())
    assert told["received"] == {"requests": total, "bytes": size, "missing": 0}
    for hour in told["hours"]:
        assert hour["received"] == sum(n for reason, n in hour["requests"].items() if reason in outcomes)


def test_what_names_no_project_adds_up_too(stack: Stack, door: Door) -> None:
    """Project 0 is nobody's: its lines are the operator's."""

    def books() -> tuple[int, int]:
        query = (
            "SELECT (SELECT coalesce(sum(requests), 0)::bigint FROM ledger_now WHERE project_id = 0),"
            " (SELECT coalesce(sum(requests), 0)::bigint FROM ledger_received_now WHERE project_id = 0)"
        )
        ((outcomes, received),) = rows(stack, query)
        return outcomes, received

    before = books()
    for _ in range(5):
        assert door.send(f"/c/e?{Visitor().query('0' * 16)}", events()).status == 404
        assert door.send("/c/e?v=1", events()).status == 400
        assert door.send(f"/c/e?{Visitor().query('0' * 16)}", events(), method="PUT").status == 405
    until(lambda: books() == (before[0] + 15, before[1] + 15), "fifteen more to be counted, twice")
