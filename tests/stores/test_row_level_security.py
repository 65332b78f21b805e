"""The app's role sees only the projects that its transaction names, in every table that has a project."""

from __future__ import annotations

import psycopg
import pytest
from running_stack import Stack

from storage.postgres import Database

TENANT_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'project_id'"
    " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
    " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ('projects') ORDER BY 1"
)


@pytest.fixture(scope="module")
def tables(stack: Stack) -> list[str]:
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        found = [name for (name,) in connection.execute(TENANT_TABLES)]
    assert len(found) > 15
    return found


def test_every_tenant_table_has_a_policy_for_the_app(stack: Stack, tables: list[str]) -> None:
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        guarded = {
            name
            for (name,) in connection.execute(
                "SELECT p.tablename FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename"
                " WHERE 'heatwake_app' = ANY (p.roles) AND c.relrowsecurity AND p.qual LIKE '%visible_projects%'"
                " AND (p.with_check IS NULL OR p.with_check LIKE '%visible_projects%')"
            )
        }
    assert set(tables) - guarded == set()


def test_app_sees_nothing_unless_it_names_a_project(stack: Stack, tables: list[str]) -> None:
    app = Database(stack.settings, "app", size=1)
    for table in tables:
        assert app.rows(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_app_sees_and_writes_only_the_named_project(stack: Stack) -> None:
    app, project = Database(stack.settings, "app", size=1), stack.project["project_id"]
    with app.transaction([project]) as connection:
        seen = connection.execute("SELECT DISTINCT project_id FROM api_keys").fetchall()
    assert seen == [(project,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction([project]) as connection:
        connection.execute("INSERT INTO deploys (project_id, name) VALUES (%s, 'foreign')", (project + 1,))


def test_app_does_not_reach_a_partition_past_its_parents_policy(stack: Stack) -> None:
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        partitions = [
            name
            for (name,) in connection.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
        ]
    app = Database(stack.settings, "app", size=1)
    for name in partitions[:6]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.rows(f"SELECT 1 FROM {name}")


def test_named_projects_end_with_their_transaction(stack: Stack) -> None:
    app = Database(stack.settings, "app", size=1)
    with app.transaction([stack.project["project_id"]]) as connection:
        assert connection.execute("SELECT count(*) FROM sites").fetchone() != (0,)
    with app.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM sites").fetchone() == (0,)
