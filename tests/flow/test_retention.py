"""What has run out is removed to the last blob, what has not stays, and a run that is cut off is only made again."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import psycopg
import pytest
from askers import Asker, program
from door import Site, until
from everywhere import holding
from project_counts import rows
from recorded_visit import SentVisit, send_visit
from running_stack import Stack

from storage.blobs import open_blobs
from storage.postgres import Database
from storage.removal import kept_by, retention
from storage.removal.retention import Due, Keeps
from storage.site_rules import BadRule

MOVED = ("early_requests", "recording_chunks", "page_views", "sessions", "recordings")
OF_DAY = ("heat_batches", "heat_deltas", "heat_days", "fact_deltas", "fact_days")
TODAY = dt.datetime.now(dt.UTC).date()


def visit(stack: Stack, site: Site, api: Asker) -> SentVisit:
    """A visit that the API shows whole."""
    sent = send_visit(stack, site.key)
    path = f"/projects/{site.project_id}/recordings/{sent.session}/events"
    until(lambda: len(api.get(path).json.get("events", [])) == 4, "the recording to be there")
    return sent


def aged(stack: Stack, site: Site, days: int) -> dt.date:
    """All of the project's data as if it had come so many days ago; gives that day."""
    day = TODAY - dt.timedelta(days=days)
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        connection.execute("SELECT ensure_partitions(%s, %s)", (day, day))
        for table in (*MOVED, *OF_DAY):
            connection.execute(
                f"UPDATE {table} SET day = %s WHERE project_id = %s AND day >= %s".encode(),
                (day, site.project_id, TODAY - dt.timedelta(days=1)),
            )
        connection.execute(
            "UPDATE sessions SET started_at = started_at - %s * interval '1 day',"
            " ended_at = ended_at - %s * interval '1 day' WHERE project_id = %s AND day = %s",
            (days, days, site.project_id, day),
        )
    return day


def left(stack: Stack, site: Site) -> dict[str, int]:
    """Rows by table that the project has, where it has some."""
    counted = {
        table: rows(stack, f"SELECT count(*) FROM {table} WHERE project_id = %s", site.project_id)[0][0]
        for table in (*MOVED, *OF_DAY)
    }
    return {table: count for table, count in counted.items() if count}


def keeps(stack: Stack, site: Site, recordings: str, facts: str) -> None:
    made = stack.run("retention", "set", str(site.project_id), "--recordings", recordings, "--facts", facts)
    assert made.returncode == 0, made.stderr


def removed(stack: Stack, site: Site) -> dict[str, int]:
    made = stack.run("retention", "run", "--project", str(site.project_id), "--json")
    assert made.returncode == 0, made.stderr
    told: dict[str, int] = json.loads(made.stdout)
    return told


def test_recordings_go_before_sessions_and_sessions_with_all_that_is_known_of_them(stack: Stack, site: Site) -> None:
    api = program(stack, site.api_key)
    old = visit(stack, site, api)
    aged(stack, site, 40)
    new = visit(stack, site, api)
    blobs = open_blobs(stack.settings)

    def chunks() -> list[str]:
        return [key for key, _ in blobs.list(f"recordings/{site.project_id}/")]

    assert len(chunks()) == 4
    keeps(stack, site, "30", "90")
    assert removed(stack, site) | {"partitions": 0} == {"days": 1, "recordings": 1, "sessions": 0, "partitions": 0}
    assert len(chunks()) == 2
    found = api.get(f"/projects/{site.project_id}/recordings/{old.session}").json
    assert (found["session"]["recorded"], found["chunks"], len(found["page_views"])) == (False, 0, 2)
    assert api.get(f"/projects/{site.project_id}/recordings/{new.session}").json["chunks"] == 2

    keeps(stack, site, "30", "35")
    assert removed(stack, site)["sessions"] == 1
    assert api.get(f"/projects/{site.project_id}/recordings/{old.session}").status == 404
    assert api.get(f"/projects/{site.project_id}/recordings/{new.session}").json["chunks"] == 2
    ids = uuid.UUID(old.session)
    assert [place for place in holding(stack, [ids.bytes.lower()]).values() if place.startswith("table")] == []
    assert removed(stack, site)["days"] == 0
    counted = rows(
        stack,
        "SELECT what, sessions, page_views, recordings, chunks, facts FROM retention_days WHERE project_id = %s"
        " ORDER BY what",
        site.project_id,
    )
    assert counted == [("facts", 1, 2, 0, 0, 6), ("recordings", 0, 0, 1, 2, 0)]


def test_worker_removes_by_itself_what_has_run_out(stack: Stack, site: Site) -> None:
    api = program(stack, site.api_key)
    visit(stack, site, api)
    aged(stack, site, 10)
    keeps(stack, site, "5", "5")
    # The upkeep looks every ten minutes; a worker that begins looks at once.
    before = stack.kill("worker-1")
    until(lambda: stack.pid("worker-1") not in (None, before), "another worker")
    until(lambda: left(stack, site) == {}, "all of it to be gone")
    assert list(open_blobs(stack.settings).list(f"recordings/{site.project_id}/")) == []


def test_run_that_was_cut_off_counts_each_thing_once(stack: Stack, site: Site) -> None:
    api = program(stack, site.api_key)
    visit(stack, site, api)
    day = aged(stack, site, 10)
    database = Database(stack.settings, "worker", size=4)
    kept = kept_by(stack.settings, database)
    # As a process leaves it that is killed between the blobs and the rows.
    kept.blobs.delete([key for key, _ in kept.blobs.list(f"recordings/{site.project_id}/")][:1])
    keeps(stack, site, "5", "forever")
    step = retention.due(database, site.project_id)
    assert step == Due(site.project_id, "recordings", day)
    assert retention.run(kept, step) == 1
    assert retention.run(kept, step) == 0
    assert retention.due(database, site.project_id) is None
    with database.transaction([site.project_id]) as connection:
        [told] = retention.removed(connection, site.project_id, 10)
    assert (told.recordings, told.chunks) == (1, 2)


def test_partition_that_nobody_has_rows_in_is_dropped_and_a_late_request_makes_it_anew(stack: Stack) -> None:
    empty = TODAY - dt.timedelta(days=300)
    names = f"SELECT count(*) FROM pg_class WHERE relname ~ '_{empty:%Y%m%d}$'"
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        connection.execute("SELECT ensure_partitions(%s, %s)", (empty, empty))
    assert rows(stack, names) == [(3,)]
    assert stack.run("retention", "run").returncode == 0
    assert rows(stack, names) == [(0,)]


@pytest.mark.parametrize(("recordings", "facts"), [(0, None), (None, 40_000), (50, 40)])
def test_times_that_make_no_sense_are_refused(recordings: int | None, facts: int | None) -> None:
    with pytest.raises(BadRule):
        Keeps(recordings, facts).checked()
