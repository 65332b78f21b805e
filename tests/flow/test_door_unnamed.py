"""Visitors of whom nothing is kept in the browser: the door gives their session a name of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from door import Door, Site, Visitor, events, new_site, until
from project_counts import ledger, rows
from running_stack import Stack

from storage import visitor_salts
from storage.postgres import Database
from storage.site_rules import Consent, SiteRules, change_rules
from storage.sites import site_by_key, sites

ZEROS = "0" * 32


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


def asking(stack: Stack, consent: Consent, **rules: float) -> Site:
    """A new site that asks for consent."""
    site = new_site(stack)
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        (made,) = sites(connection, site.project_id)
        change_rules(connection, site.project_id, made.site_id, SiteRules(consent=consent, **rules))
    return site


def send(door: Door, site: Site, agent: str, visitor: Visitor | None = None, query: str = "") -> int:
    unnamed = visitor or Visitor(session=ZEROS, visitor=ZEROS)
    path = f"/c/e?{query or unnamed.query(site.key)}"
    return door.send(path, events(), headers={"User-Agent": agent}).status


def stored(stack: Stack, site: Site) -> list[tuple[str, str, int]]:
    query = "SELECT session_id, visitor_id, page_views FROM sessions WHERE project_id = %s ORDER BY page_views"
    return [(session.hex, visitor.hex, views) for session, visitor, views in rows(stack, query, site.project_id)]


@pytest.mark.parametrize("consent", ["storage", "tracking", "never_stored"])
def test_a_browser_is_one_session_of_a_site_for_the_day(stack: Stack, door: Door, consent: Consent) -> None:
    site, other = asking(stack, consent), asking(stack, consent)
    for agent in ("One", "Two", "Two"):
        assert send(door, site, agent) == 204
    assert send(door, other, "One") == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 3}, "them to be counted")
    until(lambda: ledger(stack, other.project_id) == {"accepted": 1}, "the other's to be counted")
    first, second = stored(stack, site)
    assert [views for _, _, views in (first, second)] == [1, 2]
    names = {first[0], second[0], stored(stack, other)[0][0]}
    assert len(names) == 3, "by browser and by site"
    assert ZEROS not in names
    assert first[0] == first[1], "session and visitor have the same name"


def test_arguments_in_any_order_are_given_the_same_name(stack: Stack, door: Door) -> None:
    site = asking(stack, "storage")
    assert send(door, site, "One") == 204
    listed = Visitor(session=ZEROS, visitor=ZEROS).query(site.key).split("&")
    assert send(door, site, "One", query="&".join([*reversed(listed), "more=" + ZEROS])) == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 2}, "both to be counted")
    assert [views for _, _, views in stored(stack, site)] == [2]


def test_a_visitor_who_has_ids_keeps_them(stack: Stack, door: Door) -> None:
    site, visitor = asking(stack, "storage"), Visitor()
    assert send(door, site, "One", visitor) == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 1}, "it to be counted")
    assert stored(stack, site) == [(visitor.session, visitor.visitor, 1)]


def test_a_page_from_before_the_site_stopped_asking_is_taken_too(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    assert send(door, site, "One") == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 1}, "it to be counted")
    ((session, _, _),) = stored(stack, site)
    assert session != ZEROS


def test_share_of_sessions_is_decided_by_the_name(stack: Stack, door: Door) -> None:
    site = asking(stack, "never_stored", sample_rate=0.5)
    for number in range(40):
        for _ in range(2):
            assert send(door, site, f"Browser {number}") == 204
    until(lambda: sum(ledger(stack, site.project_id).values()) == 80, "all to be counted")
    kept = stored(stack, site)
    assert 5 < len(kept) < 35
    assert {views for _, _, views in kept} == {2}, "whole sessions"


def test_a_day_s_salt_is_the_same_for_all_and_gone_when_the_day_is_over(stack: Stack) -> None:
    worker = Database(stack.settings, "worker", size=1)
    day = dt.date(2001, 9, 9)
    with worker.transaction() as connection:
        first = visitor_salts.around(connection, day)
        assert visitor_salts.around(connection, day) == first
        assert [len(bytes.fromhex(salt)) for _, salt in first] == [16, 16]
        assert first[0][1] != first[1][1]
        assert first[0][0] == (day - dt.date(1970, 1, 1)).days
        assert visitor_salts.forget(connection, day + dt.timedelta(days=1)) == 1
        assert visitor_salts.around(connection, day)[0] != first[0]
        assert visitor_salts.forget(connection, day + dt.timedelta(days=2)) == 2
    worker.close()


def test_sites_are_told_the_salts_of_today_and_tomorrow(stack: Stack) -> None:
    worker = Database(stack.settings, "worker", size=1)
    found = site_by_key(worker, new_site(stack).key)
    assert found
    days = [day for day, _ in found.salts]
    assert len(days) == 2
    assert days[1] == days[0] + 1
    worker.close()
