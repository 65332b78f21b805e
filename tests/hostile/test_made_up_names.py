"""Names that somebody makes up without end: pages, elements, events, keys, sessions. What they leave is bounded."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from bystander import Bystander
from door import CLICK, PAGE, Door, Site, Visitor, events, new_site, until
from narrow_limits import ELEMENTS, EVENT_NAMES, PAGES
from process_memory import resident
from project_counts import ledger, rows
from running_stack import Stack
from wire import Case, Wire

NAMES = 10_000  # of each kind
KEYS = 1_000  # in a row; each is asked for in Postgres
TELLS = {"accepted", "too_many_names"}


@pytest.fixture
def stack(tight_stack: Stack) -> Stack:
    return tight_stack


def _post(stack: Stack, target: str, body: bytes, *headers: str) -> Case:
    lines = [f"POST {target} HTTP/1.1", "Host: e", f"Origin: {stack.shop}", f"Content-Length: {len(body)}", *headers]
    return Case(target, "\r\n".join([*lines, "", ""]).encode() + body)


def _sent(stack: Stack, cases: list[Case], bystander: Bystander) -> Counter[tuple[int, str]]:
    """Answers by status and code."""
    edge = urlsplit(stack.edge)
    answered = Wire(edge.hostname or "", edge.port or 80).send(cases, between=bystander.visits)
    return Counter((one.replies[0].status, one.replies[0].code) for one in answered)


def _pages(stack: Stack, key: str) -> Iterator[Case]:
    """A visitor who sees a new address each time; what names no page, the query, is new each time too."""
    session = Visitor()
    for number in range(NAMES):
        visitor = Visitor(session.session, f"{number:012x}", session.visitor)
        page = {**PAGE, "url": f"https://shop.example/order/{number}?id={number}", "title": f"Order {number}"}
        yield _post(stack, f"/c/e?{visitor.query(key)}", events(page))


def _elements_and_events(stack: Stack, key: str) -> Iterator[Case]:
    """Clicks on elements and events with names that are new each time, a thousand a request."""
    visitor = Visitor()
    yield _post(stack, f"/c/e?{visitor.query(key)}", events(PAGE))
    for first in range(0, NAMES, 500):
        listed = [{**CLICK, "el": f"#row-{first + number}"} for number in range(500)]
        listed += [{"k": "event", "t": 0, "name": f"order {first + number}"} for number in range(500)]
        yield _post(stack, f"/c/e?{visitor.query(key, 1 + first // 500)}", events(*listed))


def test_names_beyond_the_limits_count_as_other(stack: Stack, site: Site, bystander: Bystander) -> None:
    cases = [*_pages(stack, site.key), *_elements_and_events(stack, site.key)]
    assert _sent(stack, cases, bystander) == {(204, ""): len(cases)}
    until(lambda: ledger(stack, site.project_id).get("accepted") == len(cases), "all of it to be counted")

    told = ledger(stack, site.project_id)
    assert set(told) == TELLS, told
    assert told["too_many_names"] >= NAMES - PAGES
    pages = "SELECT p.address, count(*) FROM page_views JOIN pages p USING (project_id, page_id) WHERE project_id = %s"
    views = dict(rows(stack, f"{pages} GROUP BY p.address", site.project_id))
    assert sum(views.values()) == NAMES + 1, "every page view is counted"
    assert len(views) == PAGES + 1
    assert views["(other)"] == NAMES + 1 - PAGES
    for table, most in (("pages", PAGES), ("elements", ELEMENTS), ("event_names", EVENT_NAMES)):
        [(names,)] = rows(stack, f"SELECT count(*) FROM {table} WHERE project_id = %s", site.project_id)
        assert names == most + 1, table
    counts = "SELECT sum(clicks), sum(events) FROM sessions WHERE project_id = %s"
    assert rows(stack, counts, site.project_id) == [(NAMES, NAMES)]


def test_customer_sees_what_counted_as_other_and_others_keep_their_names(stack: Stack, door: Door, site: Site) -> None:
    for number in range(PAGES + 5):
        page = {**PAGE, "url": f"https://shop.example/{number}"}
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events(page)).status == 204
    until(lambda: ledger(stack, site.project_id).get("accepted") == PAGES + 5, "all to be counted")
    other, new = new_site(stack), {**PAGE, "url": "https://shop.example/new"}
    assert door.send(f"/c/e?{Visitor().query(other.key)}", events(new)).status == 204
    until(lambda: ledger(stack, other.project_id) == {"accepted": 1}, "the other site's to be counted")

    def pages(of: Site) -> dict[str, int]:
        path = f"/api/v1/projects/{of.project_id}/pages?limit=200"
        answer = door.get(path, Authorization=f"Bearer {of.api_key}")
        assert answer.status == 200, answer.body
        return {one["url"]: one["views"] for one in json.loads(answer.body)["items"]}

    assert pages(other) == {"shop.example/new": 1}
    seen = pages(site)
    assert seen["(other)"] == 5
    assert sum(seen.values()) == PAGES + 5


def test_known_names_stay_known_when_the_room_is_full(stack: Stack, door: Door, site: Site) -> None:
    def visit(path: str) -> None:
        page = {**PAGE, "url": f"https://shop.example/{path}"}
        assert door.send(f"/c/e?{Visitor().query(site.key)}", events(page)).status == 204

    for number in range(PAGES):
        visit(str(number))
    until(lambda: ledger(stack, site.project_id).get("accepted") == PAGES, "all to be counted")
    for path in ("0", "7", "unheard-of", "7"):
        visit(path)
    until(lambda: ledger(stack, site.project_id).get("accepted") == PAGES + 4, "all to be counted")
    assert ledger(stack, site.project_id)["too_many_names"] == 1
    pages = "SELECT p.address, count(*) FROM page_views JOIN pages p USING (project_id, page_id) WHERE project_id = %s"
    views = dict(rows(stack, f"{pages} GROUP BY p.address HAVING count(*) > 1", site.project_id))
    assert views == {"shop.example/0": 2, "shop.example/7": 3}


def test_made_up_site_keys_leave_nothing_in_memory(stack: Stack, bystander: Bystander) -> None:
    chance = random.Random(7)

    def scan() -> dict[str, float]:
        keys = [f"{chance.getrandbits(64):016x}" for _ in range(KEYS)]
        answers = _sent(stack, [_post(stack, f"/c/e?{Visitor().query(key)}", events()) for key in keys], bystander)
        assert set(answers) <= {(404, "unknown_site"), (503, "unavailable")}, answers
        return resident(stack)

    scan()
    before, after = scan(), scan()
    assert all(after[name] - before[name] < 8 for name in ("edge", "monolith-1", "redis")), (before, after)


def test_sessions_that_one_client_makes_up_are_bounded(stack: Stack, site: Site, bystander: Bystander) -> None:
    """The door lets so many new sessions of an address through in a minute; one that has begun goes on."""
    [(most,)] = rows(stack, "SELECT client_sessions_per_minute FROM sites WHERE project_id = %s", site.project_id)
    stranger, begun = "X-Forwarded-For: 203.0.113.77", Visitor()
    first = [_post(stack, f"/c/e?{begun.query(site.key)}", events(), stranger)]
    many = [_post(stack, f"/c/e?{Visitor().query(site.key)}", events(), stranger) for _ in range(NAMES)]
    assert _sent(stack, first, bystander) == {(204, ""): 1}
    answers = _sent(stack, many, bystander)
    taken = answers[204, ""]
    # The minute may end while they are sent.
    assert most - 1 <= taken <= 3 * most, answers
    assert sum(answers.values()) == NAMES
    again = [_post(stack, f"/c/e?{begun.query(site.key, 1)}", events(CLICK), stranger)]
    other = [_post(stack, f"/c/e?{Visitor().query(site.key)}", events(), "X-Forwarded-For: 198.51.100.1")]
    assert _sent(stack, again + other, bystander) == {(204, ""): 2}
    until(lambda: ledger(stack, site.project_id).get("accepted") == taken + 3, "the sessions to be counted")
    until(lambda: ledger(stack, site.project_id).get("too_many_sessions") == NAMES - taken, "the others to be told")
