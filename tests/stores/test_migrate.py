"""Migrations against a real Postgres: each once, in order, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from running_stack import Stack

from ops.postgres_server import superuser_dsn
from storage.migrate import MigrationError, migrate, migrations, pending

FIRST = "CREATE TABLE apples (apple_id bigint PRIMARY KEY);"
SECOND = "ALTER TABLE apples ADD COLUMN colour text;"


@pytest.fixture
def database(stack: Stack) -> Iterator[str]:
    """The connection string of an empty database of its own."""
    name = "migrate_test"
    with psycopg.connect(superuser_dsn(stack.settings), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE DATABASE {} OWNER heatwake_owner").format(sql.Identifier(name)))
        try:
            yield stack.settings.dsn("owner").replace("dbname=heatwake", f"dbname={name}")
        finally:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def write(directory: Path, *texts: str) -> Path:
    for number, text in enumerate(texts, 1):
        (directory / f"{number:04d}_expand_apples.sql").write_text(text)
    return directory


def columns(dsn: str) -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'apples' ORDER BY 1"
    with psycopg.connect(dsn) as connection:
        return [name for (name,) in connection.execute(query)]


def test_each_file_is_applied_once_and_noted(database: str, tmp_path: Path) -> None:
    write(tmp_path, FIRST, SECOND)
    assert pending(database, tmp_path) == ["0001_expand_apples.sql", "0002_expand_apples.sql"]
    assert migrate(database, tmp_path) == ["0001_expand_apples.sql", "0002_expand_apples.sql"]
    assert columns(database) == ["apple_id", "colour"]
    assert migrate(database, tmp_path) == []
    assert pending(database, tmp_path) == []
    with psycopg.connect(database) as connection:
        noted = connection.execute("SELECT name, checksum FROM schema_migrations ORDER BY name").fetchall()
    assert noted == [(one.name, hashlib.sha256(one.text.encode()).hexdigest()) for one in migrations(tmp_path)]


def test_file_that_fails_leaves_nothing_behind_and_can_be_put_right(database: str, tmp_path: Path) -> None:
    write(tmp_path, FIRST, SECOND + "SELECT 1/0;")
    with pytest.raises(MigrationError, match=r"0002_expand_apples\.sql failed and was rolled back: division by zero"):
        migrate(database, tmp_path)
    assert columns(database) == ["apple_id"]
    write(tmp_path, FIRST, SECOND)
    assert migrate(database, tmp_path) == ["0002_expand_apples.sql"]


def test_changed_file_is_refused(database: str, tmp_path: Path) -> None:
    migrate(database, write(tmp_path, FIRST))
    write(tmp_path, FIRST + "-- changed", SECOND)
    for attempt in (migrate, pending):
        with pytest.raises(MigrationError, match=r"0001_expand_apples\.sql was changed after it had been applied"):
            attempt(database, tmp_path)
    assert columns(database) == ["apple_id"]


def test_database_of_a_newer_version_is_refused(database: str, tmp_path: Path) -> None:
    migrate(database, write(tmp_path, FIRST, SECOND))
    (tmp_path / "0002_expand_apples.sql").unlink()
    with pytest.raises(MigrationError, match="newer version"):
        migrate(database, tmp_path)


def test_four_at_once_apply_each_file_once(database: str, tmp_path: Path) -> None:
    write(tmp_path, FIRST + "SELECT pg_sleep(0.2);", SECOND)
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrate(database, tmp_path), range(4)))
    assert sorted(name for names in applied for name in names) == ["0001_expand_apples.sql", "0002_expand_apples.sql"]


def test_real_migrations_begin_from_nothing(database: str) -> None:
    assert migrate(database) == [one.name for one in migrations()]
    assert migrate(database) == []


def test_roles_own_only_what_they_need(stack: Stack) -> None:
    """Row-level security holds only those who don't own the tables."""
    query = "SELECT tableowner, count(*) FROM pg_tables WHERE schemaname = 'public' GROUP BY 1"
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        assert [owner for owner, _ in connection.execute(query)] == ["heatwake_owner"]
        flags = (
            "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname LIKE 'heatwake_%'"
        )
        assert connection.execute(flags).fetchone() == (False,)


def test_migrate_command_says_that_nothing_is_left(stack: Stack) -> None:
    done = stack.run("migrate")
    assert (done.returncode, done.stdout) == (0, "The schema is up to date.\n")
    dry = stack.run("migrate", "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, "The schema is up to date.\n")
