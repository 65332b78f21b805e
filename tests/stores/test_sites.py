"""Sites by their keys, many at once, with what their projects have used of their quotas."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as some

from heatwake.settings import Settings
from storage.postgres import Connection, Database
from storage.quotas import Limits, Used, change_limits, used
from storage.site_rules import SiteRules, change_rules
from storage.sites import create_site, site_by_key, sites_by_key

NOW = dt.datetime(2033, 12, 5, 12, tzinfo=dt.UTC)
TODAY, YESTERDAY = NOW.date(), NOW.date() - dt.timedelta(days=1)
DAY, NEXT_MONTH = 23349, dt.datetime(2034, 1, 1, tzinfo=dt.UTC)
HOURS = (NOW.replace(day=1, hour=0) - dt.timedelta(hours=1), NOW.replace(day=1, hour=0), NOW)

_names = itertools.count()


@dataclass(frozen=True)
class Taken:
    """A project's limits, its sessions of yesterday and today, and its ledger: (hour, reason) → events."""

    limits: Limits
    yesterday: int
    today: int
    ledger: dict[tuple[dt.datetime, str], int]


few = some.integers(0, 5)
taken = some.builds(
    Taken,
    some.builds(Limits, some.none() | some.integers(1, 4), some.none() | some.integers(1, 12)),
    few,
    few,
    some.dictionaries(some.tuples(some.sampled_from(HOURS), some.sampled_from(("accepted", "bot"))), few),
)


@pytest.fixture(scope="module")
def owner(database_settings: Settings) -> Iterator[Connection]:
    with psycopg.connect(database_settings.dsn("owner"), autocommit=True) as connection:
        connection.execute("SELECT ensure_partitions(%s, %s)", (YESTERDAY, TODAY))
        connection.execute("INSERT INTO accounts (name) VALUES ('Sites')")
        yield connection


@pytest.fixture(scope="module")
def worker(database_settings: Settings) -> Iterator[Database]:
    database = Database(database_settings, "worker", size=1)
    yield database
    database.close()


def new_project(owner: Connection, limits: Limits | None = None) -> int:
    row = owner.execute(
        "INSERT INTO projects (account_id, name) SELECT account_id, %s FROM accounts WHERE name = 'Sites'"
        " RETURNING project_id",
        (f"Project {next(_names)}",),
    ).fetchone()
    assert row
    change_limits(owner, row[0], limits or Limits())
    return int(row[0])


def take(owner: Connection, project_id: int, taken: Taken) -> None:
    for day, sessions in ((YESTERDAY, taken.yesterday), (TODAY, taken.today)):
        owner.execute(
            "INSERT INTO sessions (project_id, day, session_id, visitor_id, started_at, ended_at)"
            " SELECT %s, %s, gen_random_uuid(), gen_random_uuid(), %s, %s FROM generate_series(1, %s)",
            (project_id, day, NOW, NOW, sessions),
        )
    for (hour, reason), events in taken.ledger.items():
        owner.execute(
            "INSERT INTO ledger (project_id, hour, reason, events) VALUES (%s, %s, %s, %s)",
            (project_id, hour, reason, events),
        )


def expected(taken: Taken) -> Used:
    """What of it counts: today's sessions up to the limit, and whether this month's accepted events reach theirs."""
    sessions = min(taken.today, taken.limits.sessions_per_day or 0)
    events = sum(
        number for (hour, reason), number in taken.ledger.items() if hour in HOURS[1:] and reason == "accepted"
    )
    most = taken.limits.events_per_month
    return Used(sessions, DAY, int(NEXT_MONTH.timestamp()) if most and events >= most else 0)


@trials(max_examples=25, deadline=None)
@given(some.lists(taken, min_size=1, max_size=4))
def test_quotas_of_many_projects_are_told_apart(owner: Connection, worker: Database, all_taken: list[Taken]) -> None:
    projects = {new_project(owner, one.limits): one for one in all_taken}
    for project_id, one in projects.items():
        take(owner, project_id, one)
    with worker.transaction() as connection:
        told = used(connection, projects, NOW)
    assert told == {project_id: expected(one) for project_id, one in projects.items()}


def test_many_sites_are_told_as_each_alone_and_cost_as_many_statements(
    owner: Connection, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [SiteRules(), SiteRules(0.25, False, False, 7, None), SiteRules(requests_per_second=1)]
    limits = [Limits(), Limits(sessions_per_day=3), Limits(events_per_month=5), Limits(9, 9)]
    keys = []
    for limit in limits:
        project_id = new_project(owner, limit)
        for rule in rules:
            site_id, key = create_site(owner, project_id, ["https://shop.example"])
            change_rules(owner, project_id, site_id, rule)
            keys.append(key)
    ran: list[object] = []
    execute = psycopg.Connection.execute

    def counted(self: Connection, query: str, *more: object, **named: object) -> object:
        ran.append(query)
        return execute(self, query, *more, **named)  # type: ignore[arg-type]

    alone = {key: site_by_key(worker, key) for key in keys}
    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    unknown = secrets.token_hex(8)
    assert sites_by_key(worker, [*keys, unknown, keys[0]]) == alone
    for_many = len(ran)
    site_by_key(worker, keys[-1])
    assert for_many == len(ran) - for_many
    ran.clear()
    assert sites_by_key(worker, keys[: len(rules)]).keys() == set(keys[: len(rules)])
    assert len(ran) < for_many, "what a project without quotas has used of them is not asked for"

    told = [alone[key] for key in keys]
    assert {(site.requests_per_second, site.client_sessions_per_minute) for site in told if site} == {
        (0, 120),
        (7, 0),
        (1, 120),
    }
    assert [site and site.sessions_per_day for site in told[:: len(rules)]] == [0, 3, 0, 9]


def test_no_key_names_no_site(worker: Database) -> None:
    assert sites_by_key(worker, []) == {}
    assert site_by_key(worker, secrets.token_hex(8)) is None
