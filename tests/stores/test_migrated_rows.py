"""A store of the release before, with rows in it, is migrated: what was there is read as it was."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from running_stack import Stack

from heatwake.settings import Settings
from ops.postgres_server import superuser_dsn
from storage import heat, heat_days, ledger, naming, page_traffic, recordings, sessions
from storage.blobs.filesystem import FilesystemBlobs
from storage.devices import DEVICE_NAMES
from storage.facts import SCHEMA
from storage.facts.packing import pack
from storage.facts.postgres import PostgresFacts
from storage.migrate import MIGRATIONS, migrate, migrations
from storage.postgres import Database
from storage.session_index import SessionDoc, SessionFilter
from storage.session_index.postgres import PostgresSessions
from storage.sites import site_by_key

RELEASED = 17  # the last migration of the release before
PROJECT = 1
SITE_KEY = "abcdefgh"
SESSIONS, PAGES, ELEMENTS = 3_000, 40, 100
DAYS = 3
TODAY = dt.datetime.now(dt.UTC).date()
HOUR = dt.datetime.combine(TODAY, dt.time(10), dt.UTC)
FIRST, LAST = TODAY - dt.timedelta(days=DAYS), TODAY + dt.timedelta(days=1)
WHOLE = SessionFilter(start=HOUR - dt.timedelta(days=DAYS + 1), end=HOUR + dt.timedelta(days=1))

FILL = """
INSERT INTO accounts (name) VALUES ('Shop');
INSERT INTO projects (account_id, name) SELECT account_id, 'Shop' FROM accounts;
INSERT INTO sites (project_id, site_key, origins) SELECT project_id, 'abcdefgh', '{https://shop.example}' FROM projects;
INSERT INTO pages (project_id, address, title)
    SELECT 1, 'shop.example/products/' || n, 'Product ' || n FROM generate_series(1, 40) n;
INSERT INTO elements (project_id, selector, text) SELECT 1, '#e' || n, 'Element ' || n FROM generate_series(1, 100) n;
INSERT INTO event_names (project_id, name) VALUES (1, 'viewed'), (1, 'bought');
INSERT INTO sessions (project_id, day, session_id, visitor_id, started_at, ended_at, page_views, clicks, events,
        entry_page_id, exit_page_id, entry_address, exit_address, device, browser, os, country, language, screen_w,
        referrer_host, user_ref, entry_at, exit_at)
    SELECT 1, d.day, gen_random_uuid(), gen_random_uuid(), t.at, t.at + n % 90 * interval '1 s', 2, n % 7, n % 50,
        1 + n % 40, 1 + n % 39, 'shop.example/products/' || 1 + n % 40, 'shop.example/products/' || 1 + n % 39,
        1 + n % 3, 'Firefox', 'Linux', 'DE', 'de', 1440, 'search.example', 'user-' || n % 9, t.at, t.at
    FROM generate_series(1, 3000) n
    CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date - n % 3) d (day)
    CROSS JOIN LATERAL (SELECT d.day::timestamp AT TIME ZONE 'UTC' + n * interval '1 s') t (at);
INSERT INTO page_views (project_id, day, session_id, page_view_id, page_id, url, title, device, started_at, ended_at,
        viewport_w, scroll_pct, clicks, events_seq, events_ahead)
    SELECT 1, day, session_id, v, 1 + (clicks * 7 + v * 3) % 40, 'https://shop.example/', 'Shop', device, started_at,
        ended_at, 1280, clicks * 10, clicks, 3, '{5}'
    FROM sessions CROSS JOIN generate_series(1, 2) v;
"""


@dataclasses.dataclass(frozen=True)
class Store:
    """A database of the release before. `later`: the files that it lacks; `rows`: its sessions as they were."""

    settings: Settings
    directory: Path
    later: list[str]
    rows: list[dict[str, Any]]
    facts: pa.Table
    points: heat.Points

    def bring(self, *names: str) -> None:
        """Put these files to those that are applied."""
        for name in names:
            shutil.copy(MIGRATIONS / name, self.directory)


def made_facts(rows: int) -> pa.Table:
    """Clicks of the old sessions' kind."""
    numbers = list(range(rows))
    at = int(HOUR.timestamp() * 1000)
    values: dict[str, list[Any]] = {
        "session": [uuid.UUID(int=number).bytes for number in numbers],
        "at": [at + number for number in numbers],
        "page_view": numbers,
        "page_id": [1 + number % PAGES for number in numbers],
        "element_id": [1 + number % ELEMENTS for number in numbers],
        "props": [None] * rows,
    }
    return pa.table([values.get(field.name, [1] * rows) for field in SCHEMA], schema=SCHEMA)


@pytest.fixture
def old(stack: Stack, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with some thousand rows."""
    name = sql.Identifier("migrated_rows_test")
    passfile = stack.settings.var / "secrets" / "pgpass"
    dsn = f"host=127.0.0.1 port={stack.settings.postgres.port} dbname=migrated_rows_test passfile={passfile}"
    settings = dataclasses.replace(stack.settings, postgres=dataclasses.replace(stack.settings.postgres, dsn=dsn))
    names = [one.name for one in migrations()]
    facts, points = made_facts(2_000), heat.points([(1 + n % ELEMENTS, n % 256, n % 251) for n in range(2_000)])
    with psycopg.connect(superuser_dsn(stack.settings), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        superuser.execute(sql.SQL("CREATE DATABASE {} OWNER heatwake_owner").format(name))
        try:
            store = Store(settings, tmp_path, names[RELEASED:], [], facts, points)
            store.bring(*names[:RELEASED])
            assert migrate(settings.dsn("owner"), tmp_path) == names[:RELEASED]
            fill(store)
            yield store
        finally:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def fill(store: Store) -> None:
    """Rows as the release before wrote them: deltas and a folded day of points and facts among them."""
    half = store.facts.num_rows // 2
    with psycopg.connect(store.settings.dsn("owner"), row_factory=dict_row) as owner:
        owner.execute(FILL.encode())
        for table, part in (("heat_deltas", store.points[:half]), ("heat_days", store.points[half:])):
            owner.execute(
                sql.SQL("INSERT INTO {} (project_id, page_id, day, device, kind, points) VALUES (1, 7, %s, 1, 1, %s)")
                .format(sql.Identifier(table))
                .as_bytes(owner),
                (TODAY, heat.pack(part)),
            )
        for table, rows in (("fact_deltas", store.facts.slice(0, half)), ("fact_days", store.facts.slice(half))):
            owner.execute(
                sql.SQL("INSERT INTO {} (project_id, day, rows, facts) VALUES (1, %s, %s, %s)")
                .format(sql.Identifier(table))
                .as_bytes(owner),
                (TODAY, rows.num_rows, pack(rows)),
            )
        for reason, requests in (("accepted", 6_000), ("duplicate", 12)):
            owner.execute("INSERT INTO ledger VALUES (1, %s, %s, %s, %s)", (HOUR, reason, requests, requests * 900))
        store.rows.extend(owner.execute("SELECT * FROM sessions ORDER BY started_at, session_id").fetchall())
    assert len(store.rows) == SESSIONS


def test_rows_of_the_release_before_are_read_as_they_were(old: Store, tmp_path: Path) -> None:
    old.bring(*old.later)
    assert migrate(old.settings.dsn("owner"), old.directory) == old.later
    app, worker = Database(old.settings, "app", size=1), Database(old.settings, "worker", size=1)

    found: list[SessionDoc] = []
    page = PostgresSessions(app).search(PROJECT, WHOLE, "oldest", 500)
    found += page.items
    while page.cursor:
        page = PostgresSessions(app).search(PROJECT, WHOLE, "oldest", 500, page.cursor)
        found += page.items
    fields = SessionDoc.__struct_fields__
    # What is counted since then begins with 0.
    wanted = [{name: row.get(name, 0) for name in fields} | {"device": DEVICE_NAMES[row["device"]]} for row in old.rows]
    assert [{name: getattr(one, name) for name in fields} for one in found] == wanted
    assert sessions.close(worker, idle_ms=0, limit=10) == 0, "they are closed"

    with app.transaction([PROJECT]) as connection:
        listed, number = page_traffic.list_pages(
            connection, PROJECT, WHOLE.start, WHOLE.end, device=None, search="", sort="views", limit=100, offset=0
        )
        assert sum(row[3] for row in listed) == 2 * SESSIONS
        assert number == len({(one.clicks * 7 + view * 3) % PAGES for one in found for view in (1, 2)})
        for one in found[::500]:
            views = recordings.page_views(connection, PROJECT, one.day, one.session_id)
            assert [(view.page_view_id, view.clicks, view.viewport_w) for view in views] == [
                (1, one.clicks, 1280),
                (2, one.clicks, 1280),
            ]
        lines = ledger.read(connection, PROJECT, HOUR, HOUR + dt.timedelta(hours=1))
        assert [(line.reason, line.requests, line.events, line.bytes) for line in lines] == [
            ("accepted", 6_000, 0, 5_400_000),
            ("duplicate", 12, 0, 10_800),
        ]
        full = naming.full(connection, PROJECT, naming.Limits(PAGES, ELEMENTS + 1, 2))
        assert full == ["event", "page"], "names of before are counted"

    read = heat_days.read(app, PROJECT, 7, heat.HeatKind.CLICK, FIRST, LAST)
    assert read.tolist() == heat.merge([old.points]).tolist()
    facts = PostgresFacts(app, FilesystemBlobs(tmp_path / "blobs")).read(PROJECT, FIRST, LAST)
    assert Counter(map(str, facts.to_pylist())) == Counter(map(str, old.facts.to_pylist()))
    site = site_by_key(worker, SITE_KEY)
    assert site
    assert (site.origins, site.enabled, site.record, site.sample_below) == (["https://shop.example"], True, True, 2**32)
    known = naming.pages(
        worker, {(PROJECT, "shop.example/products/9"): "", (PROJECT, "shop.example/new"): ""}, PAGES + 1
    )
    assert known.ids[PROJECT, "shop.example/products/9"] == 9
    assert not known.over


def test_reads_go_on_while_an_index_is_made(old: Store) -> None:
    """What a file has locked stays locked until all of it is done, so a file with an index may not keep readers out."""
    kept_out = (
        "SELECT relation::regclass::text FROM pg_locks JOIN pg_class c ON c.oid = relation"
        " WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p')"
        " AND c.oid = ANY (%s)"
    )
    indexed, locked = [], set()
    with psycopg.connect(old.settings.dsn("owner"), autocommit=True) as owner:
        for name in old.later:
            there = [oid for (oid,) in owner.execute("SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')")]
            text = (MIGRATIONS / name).read_text()
            with owner.transaction():
                owner.execute(text.encode())
                closed = [table for (table,) in owner.execute(kept_out, (there,))]
            locked |= set(closed)
            if "\nCREATE INDEX" in text:
                indexed.append(name)
                assert closed == [], name
    assert indexed
    assert {"sessions", "page_views"} <= locked, "files without an index have them for an instant"
