"""A site's rules at the door: what is sampled, filtered and limited, with which answer and under which reason."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator

import pytest
from door import Answer, Door, Site, Visitor, events, new_site, until
from project_counts import ledger, rows
from running_stack import Stack

from storage.postgres import Database
from storage.quotas import Limits, change_limits
from storage.site_rules import SiteRules, change_rules
from storage.sites import create_site, site_by_key, sites

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
CUBOT = (
    "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537"
)
BOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
    "SomethingBot",
]


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


def ruled(stack: Stack, rules: SiteRules | None = None, limits: Limits | None = None) -> Site:
    """A new site with these rules, which no collector knows yet."""
    site = new_site(stack)
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        (made,) = sites(connection, site.project_id)
        change_rules(connection, site.project_id, made.site_id, rules or SiteRules())
        change_limits(connection, site.project_id, limits or Limits())
    return site


def send(door: Door, site: Site, visitor: Visitor | None = None, number: int = 0, **headers: str) -> Answer:
    """A page view with a click. Header names with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return door.send(f"/c/e?{(visitor or Visitor()).query(site.key, number)}", events(), headers=named)


def test_bots_are_filtered_by_their_user_agent_unless_the_site_keeps_them(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    for agent in (CHROME, CUBOT, "HeatwakeTest/1"):
        assert send(door, site, User_Agent=agent).status == 204, agent
    for agent in (*BOTS, *BOTS):
        answer = send(door, site, User_Agent=agent)
        assert (answer.status, answer.code) == (403, "bot"), agent
    until(lambda: ledger(stack, site.project_id) == {"accepted": 3, "bot": 2 * len(BOTS)}, "them to be counted")
    assert send(door, ruled(stack, SiteRules(filter_bots=False)), User_Agent=BOTS[0]).status == 204


def test_do_not_track_and_gpc_are_kept_unless_the_site_ignores_them(stack: Stack, door: Door) -> None:
    site, ignoring = new_site(stack), ruled(stack, SiteRules(keep_do_not_track=False))
    for header in ("DNT", "Sec_GPC"):
        answer = send(door, site, **{header: "1"})
        assert (answer.status, answer.code) == (403, "do_not_track")
        assert send(door, site, **{header: "0"}).status == 204
        assert send(door, ignoring, **{header: "1"}).status == 204
    assert b'"all":true' in door.get(f"/h/{ignoring.key}.js").body
    assert b'"all"' not in door.get(f"/h/{site.key}.js").body
    until(lambda: ledger(stack, site.project_id) == {"accepted": 2, "do_not_track": 2}, "them to be counted")


def test_sampling_keeps_the_same_sessions_always_and_tells_the_tracker_which(stack: Stack, door: Door) -> None:
    site = ruled(stack, SiteRules(sample_rate=0.25))
    kept = left = 0
    for end in ("00000000", "3fffffff", "40000000", "ffffffff", *(secrets.token_hex(4) for _ in range(40))):
        visitor = Visitor(secrets.token_hex(12) + end)
        for number in range(2):
            answer = send(door, site, visitor, number)
            assert answer.status == 204
            assert answer.headers["X-Heatwake-Outcome"] == ("sampled_out" if end >= "40000000" else None), end
        left += 2 * (end >= "40000000")
        kept += 2 * (end < "40000000")
    assert b'"sample":"40000000"' in door.get(f"/h/{site.key}.js").body
    until(lambda: ledger(stack, site.project_id) == {"accepted": kept, "sampled_out": left}, "them to be counted")
    assert send(door, ruled(stack, SiteRules(sample_rate=0))).headers["X-Heatwake-Outcome"] == "sampled_out"


def test_rate_of_a_site_is_a_bucket_that_fills_again(stack: Stack, door: Door) -> None:
    site, other = ruled(stack, SiteRules(requests_per_second=5)), new_site(stack)
    answers = [send(door, site) for _ in range(60)]
    refused = [answer for answer in answers if answer.status == 429]
    assert all(answer.status == 204 for answer in answers[:10]), "two seconds' worth may come at once"
    assert len(refused) >= 10
    assert {(answer.code, answer.headers["Retry-After"]) for answer in refused} == {("rate_limited", "1")}
    assert send(door, other).status == 204
    until(lambda: send(door, site).status == 204, "the bucket to fill", 10)


def test_one_client_cannot_begin_more_sessions_than_the_limit(stack: Stack, door: Door) -> None:
    site = ruled(stack, SiteRules(client_sessions_per_minute=5))
    visitors = [Visitor() for _ in range(8)]
    client = {"X_Forwarded_For": "203.0.113.9"}
    answers = [send(door, site, visitor, **client) for visitor in visitors]
    assert [answer.status for answer in answers] == [204] * 5 + [429] * 3
    assert (answers[5].code, answers[5].headers["Retry-After"]) == ("too_many_sessions", "60")
    assert send(door, site, visitors[0], 1, **client).status == 204, "a session that has begun goes on"
    assert send(door, site, visitors[7], X_Forwarded_For="203.0.113.9, 198.51.100.4").status == 204, "another client"
    assert send(door, site, visitors[7], 1, X_Forwarded_For="2001:db8::1").status == 204
    assert all(send(door, site).status == 204 for _ in range(6)), "programs of this machine are nobody's client"
    counted = {"accepted": 14, "too_many_sessions": 3}
    until(lambda: ledger(stack, site.project_id) == counted, f"{counted} to be counted")
    logs = [path.read_text(errors="replace") for path in (stack.settings.var / "log").iterdir()]
    assert not any("203.0.113.9" in text or "198.51.100.4" in text for text in logs), "no address is written anywhere"


def test_sessions_of_a_day_end_with_the_projects_quota(stack: Stack, door: Door) -> None:
    site = ruled(stack, limits=Limits(sessions_per_day=3))
    visitors = [Visitor() for _ in range(5)]
    answers = [send(door, site, visitor) for visitor in visitors]
    assert [answer.status for answer in answers] == [204] * 3 + [429] * 2
    assert (answers[3].code, answers[3].headers["Retry-After"]) == ("over_quota", "3600")
    assert send(door, site, visitors[2], 1).status == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": 4, "over_quota": 2}, "them to be counted")
    # What a node that has just started begins with.
    known = site_by_key(Database(stack.settings, "worker", size=1), site.key)
    assert known is not None
    assert (known.sessions_per_day, known.sessions_today) == (3, 3)


@pytest.mark.parametrize(("a_day", "before", "status"), [(None, 3, 204), (None, 4, 429), (2, 0, 204), (1, 0, 429)])
def test_sessions_of_a_month_end_with_the_projects_quota(
    stack: Stack, door: Door, a_day: int | None, before: int, status: int
) -> None:
    """Five a month; `before` today there were so many, which have been removed since; one begins, and maybe another."""
    site = ruled(stack, limits=Limits(sessions_per_day=a_day, sessions_per_month=5))
    today = dt.datetime.now(dt.UTC).date()
    if today.day == 1:  # the month has no day before: what was removed of today is none of it
        status = 429 if a_day == 1 else 204
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        connection.execute(
            "INSERT INTO retention_days (project_id, what, day, sessions) VALUES (%s, 'facts', %s, %s)",
            (site.project_id, today.replace(day=1), before),
        )
    assert send(door, site).status == 204
    answer = send(door, site)
    assert answer.status == status
    assert answer.code == ("over_quota" if status == 429 else "")
    known = site_by_key(Database(stack.settings, "worker", size=1), site.key)
    assert known is not None
    assert known.sessions_per_day == min(5 - (before if today.day > 1 else 0), a_day or 5)


def test_events_of_a_month_end_with_the_projects_quota(stack: Stack, door: Door) -> None:
    site = ruled(stack, limits=Limits(events_per_month=4))
    for _ in range(2):
        assert send(door, site).status == 204
    until(
        lambda: rows(stack, "SELECT sum(events) FROM ledger WHERE project_id = %s", site.project_id) == [(4,)], "events"
    )
    # Collectors know within half a minute; of a site that they have not met yet, at once.
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        _, key = create_site(connection, site.project_id, [stack.shop])
    answer = send(door, Site(site.project_id, key, site.api_key))
    assert (answer.status, answer.code) == (429, "over_quota")


def test_wildcard_stands_for_the_hosts_below_a_name(stack: Stack, door: Door) -> None:
    site = new_site(stack, "https://*.shop.example")
    for origin, status in [
        ("https://www.shop.example", 204),
        ("https://a.b.shop.example", 204),
        ("https://www.shop.example", 204),
        ("https://shop.example", 403),
        ("http://www.shop.example", 403),
        ("https://www.shop.example:8443", 403),
        ("https://evilshop.example", 403),
        ("https://evil.example/.shop.example", 403),
        ("https://.shop.example", 403),
    ]:
        assert send(door, site, Origin=origin).status == status, origin


def test_rules_are_shown_and_wrong_ones_refused(stack: Stack) -> None:
    site = new_site(stack)
    asked = ("project", "rules", str(site.project_id))
    shown = json.loads(stack.run(*asked, "--sample", "12.5", "--sessions-per-day", "100", "--json").stdout)
    assert shown["sessions_per_day"] == 100
    assert shown["sites"][site.key] == {
        "sample_rate": 0.125,
        "filter_bots": True,
        "keep_do_not_track": True,
        "requests_per_second": None,
        "client_sessions_per_minute": 120,
        "consent": "none",
        "privacy": "normal",
    }
    refused = stack.run(*asked, "--requests-per-second", "0")
    assert (refused.returncode, "1 to 1,000,000" in refused.stderr) == (1, True)
    assert stack.run(*asked, "--site", "nosuchsite").returncode == 1
