"""What a batch costs does not grow with what is there: its rows are found by their keys, whatever the planner knows."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator

import pytest
from running_stack import Stack

from storage import columns
from storage.postgres import Connection, Database, by_key, statement

DAY = dt.date(2032, 5, 5)


@pytest.fixture
def connection(stack: Stack) -> Iterator[Connection]:
    """The worker's, in a transaction that is rolled back with the day's tables: nobody else could ever analyse them."""
    database = Database(stack.settings, "worker", size=1)
    with database.transaction() as connection, connection.transaction(force_rollback=True):
        connection.execute("SELECT ensure_partitions(%s, %s)", (DAY, DAY))
        yield connection
    database.close()


def fill(connection: Connection, rows: int) -> None:
    """Sessions with a page view each, all of one project; nobody analyses them."""
    at = dt.datetime(2032, 5, 5, 12, tzinfo=dt.UTC)
    connection.execute(
        "INSERT INTO sessions (project_id, day, session_id, visitor_id, started_at, ended_at)"
        " SELECT 1, %s, gen_random_uuid(), gen_random_uuid(), %s, %s FROM generate_series(1, %s)",
        (DAY, at, at, rows),
    )
    connection.execute(
        "INSERT INTO page_views (project_id, day, session_id, page_view_id, started_at, ended_at)"
        " SELECT 1, day, session_id, 1, started_at, ended_at FROM sessions WHERE day = %s",
        (DAY,),
    )


def plan(connection: Connection, name: str, keys: int) -> str:
    """How Postgres would run a statement with so many keys."""
    values: dict[str, object] = {"day": DAY, "first": DAY, "last": DAY}
    sessions = columns.uuids([secrets.token_hex(16) for _ in range(keys)])
    values |= {"session_id": sessions, "sessions": sessions, "traits": "{" + ",".join(['"{}"'] * keys) + "}"}
    text = statement(name)
    for column in {part.split(")")[0] for part in text.split("%(")[1:]} - values.keys():
        values[column] = columns.numbers([1] * keys)
    if name == "page_views.known":
        values["day"] = columns.words([DAY.isoformat()] * keys)
    by_key(connection)
    return "\n".join(line for (line,) in connection.execute(f"EXPLAIN {text}".encode(), values).fetchall())


# Below some 1,500 rows the planner may take another index, which costs a quarter of a second at most.
@pytest.mark.parametrize("rows", [2_000, 6_000])
@pytest.mark.parametrize(
    "name",
    [
        "sessions.touch",
        "sessions.update",
        "sessions.known",
        "page_views.touch",
        "page_views.update",
        "page_views.known",
    ],
)
def test_rows_are_found_by_key_for_each_row_of_the_batch(connection: Connection, name: str, rows: int) -> None:
    fill(connection, rows)
    found = plan(connection, name, 2_000)
    joined = found[found.index("Nested Loop") :]
    assert joined.index("Function Scan") < joined.index("Index Scan using"), found
    assert "session_id = " in joined[joined.index("Index Cond") :].splitlines()[0], found


def test_boxes_of_pages_are_found_by_key(connection: Connection) -> None:
    found = plan(connection, "page_layouts.boxes", 2_000)
    joined = found[found.index("Nested Loop") :]
    assert joined.index("Function Scan") < joined.index(" using element_boxes_pkey"), found
