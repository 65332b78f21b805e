"""The ledger's counts as batches bring them: read and folded like one number, and shown to whom they concern."""

from __future__ import annotations

import datetime as dt
import threading

from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as some

from heatwake.settings import Settings
from storage import ledger
from storage.ledger import RECEIVED, LedgerKey, Line, Received
from storage.postgres import Database

HOUR = dt.datetime(2033, 12, 5, 12, tzinfo=dt.UTC)
HOURS = [HOUR, HOUR + dt.timedelta(hours=1)]
END = HOUR + dt.timedelta(hours=2)
MINE, OTHER = 900_001, 900_002
REASONS = ["accepted", "bot", "duplicate", RECEIVED]

keys = some.tuples(
    some.sampled_from([MINE, OTHER]), some.sampled_from(HOURS), some.sampled_from(REASONS), some.booleans()
)
counts = some.tuples(some.integers(-3, 2**40), some.integers(0, 2**40), some.integers(0, 2**40))
batches = some.lists(some.dictionaries(keys, counts, max_size=8), max_size=6)


def append(worker: Database, batch: dict[LedgerKey, list[int]]) -> None:
    with worker.transaction() as connection:
        ledger.append(connection, batch)


def lines(database: Database) -> tuple[list[Line], list[Received]]:
    with database.transaction([MINE]) as connection:
        return ledger.read(connection, MINE, HOUR, END), ledger.received(connection, MINE, HOUR, END)


def empty(owner: Database) -> None:
    with owner.transaction() as connection:
        connection.execute("TRUNCATE ledger, ledger_received, ledger_batches")


@given(brought=batches, folded_after=some.integers(0, 5), limit=some.integers(1, 4))
@trials(max_examples=60, deadline=None)
def test_what_batches_brought_is_read_the_same_folded_or_not(
    database_settings: Settings, brought: list[dict], folded_after: int, limit: int
) -> None:
    app, worker, owner = (Database(database_settings, role, size=1) for role in ("app", "worker", "owner"))
    empty(owner)
    total: dict[tuple[dt.datetime, str], list[int]] = {}
    for number, batch in enumerate(brought):
        added: dict[LedgerKey, list[int]] = {}
        for (project_id, hour, reason, _), values in batch.items():
            events = 0 if reason == RECEIVED else values[1]
            added[project_id, int(hour.timestamp()), reason] = [values[0], events, values[2]]
        for (project_id, hour_s, reason), values in added.items():
            if project_id == MINE:
                line = total.setdefault((dt.datetime.fromtimestamp(hour_s, dt.UTC), reason), [0, 0, 0])
                line[:] = [a + b for a, b in zip(line, values, strict=True)]
        append(worker, added)
        if number == folded_after:
            ledger.fold(worker, limit)
    wanted = (
        [Line(*key, *line) for key, line in sorted(total.items()) if key[1] != RECEIVED],
        [Received(key[0], line[0], line[2]) for key, line in sorted(total.items()) if key[1] == RECEIVED],
    )
    assert lines(app) == lines(worker) == wanted
    while ledger.fold(worker, limit):
        assert lines(app) == wanted
    assert lines(app) == wanted
    assert worker.rows("SELECT count(*) FROM ledger_batches") == [(0,)]
    for database in (app, worker, owner):
        database.close()


def test_the_app_sees_of_a_batch_only_the_projects_that_it_names(database_settings: Settings) -> None:
    app, worker, owner = (Database(database_settings, role, size=1) for role in ("app", "worker", "owner"))
    empty(owner)
    hour = int(HOUR.timestamp())
    append(worker, {(MINE, hour, "accepted"): [1, 2, 3], (OTHER, hour, "accepted"): [4, 5, 6]})
    append(worker, {(MINE, hour, RECEIVED): [1, 0, 3], (OTHER, hour, RECEIVED): [4, 0, 6]})
    for view in ("ledger_waiting", "ledger_now", "ledger_received_now"):
        query = f"SELECT DISTINCT project_id FROM {view} ORDER BY 1"
        assert app.rows(query) == []
        assert app.rows(query, projects=[OTHER]) == [(OTHER,)]
        assert worker.rows(query) == owner.rows(query) == [(MINE,), (OTHER,)]
    for database in (app, worker, owner):
        database.close()


def test_two_that_fold_at_once_count_nothing_twice_and_leave_nothing(database_settings: Settings) -> None:
    worker, owner = Database(database_settings, "worker", size=4), Database(database_settings, "owner", size=1)
    empty(owner)
    hour, brought = int(HOUR.timestamp()), 200
    gate = threading.Barrier(3)

    def fold() -> None:
        gate.wait()
        while ledger.fold(worker, 7):
            pass

    for _ in range(brought):
        append(worker, {(project, hour, "accepted"): [1, 8, 900] for project in range(MINE, MINE + 50)})
    folding = [threading.Thread(target=fold) for _ in range(2)]
    for one in folding:
        one.start()
    gate.wait()
    for one in folding:
        one.join()
    while ledger.fold(worker, 7):  # what both had in their hands when the other looked
        pass
    assert lines(worker) == ([Line(HOUR, "accepted", brought, 8 * brought, 900 * brought)], [])
    for database in (worker, owner):
        database.close()
