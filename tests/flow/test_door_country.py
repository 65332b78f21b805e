"""The country of a visitor, which the door looks up, and which is all that is kept of an address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from door import Door, Visitor, events, new_site, until
from project_counts import ledger, rows
from running_stack import Stack


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        ("193.0.6.139", "NL"),
        ("133.11.0.1", "JP"),
        ("2001:4860:4860::8888", "US"),
        ("2001:200:dff:fff1::1", "JP"),
        ("10.1.2.3", ""),
        ("0.0.0.1", ""),
        ("255.255.255.255", ""),
        ("fd00::1", ""),
        ("ffff::1", ""),
    ],
)
def test_session_has_the_country_of_its_visitor_s_address(stack: Stack, door: Door, address: str, country: str) -> None:
    site, visitor = new_site(stack), Visitor()
    for number in (0, 1):
        answer = door.send(f"/c/e?{visitor.query(site.key, number)}", events(), headers={"X-Forwarded-For": address})
        assert answer.status == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 2}, "both to be counted")
    assert rows(stack, "SELECT country FROM sessions WHERE project_id = %s", site.project_id) == [(country,)]


def test_nobody_tells_the_door_where_they_are(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    for query in (f"{Visitor().query(site.key)}&g=FR", f"g=FR&{Visitor().query(site.key)}"):
        answer = door.send(f"/c/e?{query}", events())
        assert (answer.status, answer.code) == (400, "malformed")


def test_arguments_in_another_order_get_their_country_too(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    query = "&".join(reversed(Visitor().query(site.key).split("&")))
    assert door.send(f"/c/e?{query}", events(), headers={"X-Forwarded-For": "8.8.4.4"}).status == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 1}, "it to be counted")
    assert rows(stack, "SELECT country FROM sessions WHERE project_id = %s", site.project_id) == [("US",)]
