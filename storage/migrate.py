"""Migrations: the numbered SQL files of `migrations/`, each applied once, in order, in a transaction of its own.

What was applied stands in `schema_migrations` with the file's checksum; a file that was changed afterwards is refused.
Two processes that migrate at once take turns.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
FILE_NAME = re.compile(r"^\d{4}_(expand|contract)_[a-z0-9_]+\.sql$")
TURN = 724_200  # key of the advisory lock; ensure_partitions uses 724201

TABLE = """CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""


class MigrationError(RuntimeError):
    """The migrations can't be applied; the text names the file and says why and what to do."""


@dataclass(frozen=True)
class Migration:
    """One file: its name without folder, its text and the SHA-256 of it in hex."""

    name: str
    text: str
    checksum: str


def migrations(directory: Path = MIGRATIONS) -> list[Migration]:
    """The files in the order of their numbers. Raises MigrationError for a wrong name or a number used twice."""
    found: dict[str, Migration] = {}
    for path in sorted(directory.glob("*.sql")):
        if not FILE_NAME.match(path.name):
            raise MigrationError(f"{path.name}: a migration is named 0007_expand_what_it_does.sql (or contract).")
        number, text = path.name[:4], path.read_text()
        if number in found:
            raise MigrationError(
                f"{found[number].name} and {path.name} have the same number; give one the next free one."
            )
        found[number] = Migration(path.name, text, hashlib.sha256(text.encode()).hexdigest())
    return list(found.values())


def migrate(dsn: str, directory: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing as the database's owner; gives the names of the files that were applied now.

    Raises MigrationError when a file fails (those before it stay applied, it leaves nothing behind) or was changed.
    """
    wanted = migrations(directory)
    applied: list[str] = []
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (TURN,))
        connection.execute(TABLE)
        _refuse_strangers(connection, wanted)
        done = {name for (name,) in connection.execute("SELECT name FROM schema_migrations")}
        for migration in wanted:
            if migration.name not in done:
                _apply(connection, migration)
                applied.append(migration.name)
    return applied


def pending(dsn: str, directory: Path = MIGRATIONS) -> list[str]:
    """The names of the files that are not applied yet. Raises MigrationError as `migrate` does."""
    wanted = migrations(directory)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,):
            return [migration.name for migration in wanted]
        _refuse_strangers(connection, wanted)
        done = {name for (name,) in connection.execute("SELECT name FROM schema_migrations")}
    return [migration.name for migration in wanted if migration.name not in done]


def _refuse_strangers(connection: psycopg.Connection[TupleRow], wanted: list[Migration]) -> None:
    """Raise MigrationError if the database holds what these files do not say."""
    known = {migration.name: migration.checksum for migration in wanted}
    for name, checksum in connection.execute("SELECT name, checksum FROM schema_migrations ORDER BY name"):
        if name not in known:
            raise MigrationError(
                f"{name} has been applied to this database, but this version of Heatwake does not have it. "
                "The database belongs to a newer version: start that one."
            )
        if checksum != known[name]:
            raise MigrationError(
                f"{name} was changed after it had been applied (now {known[name][:12]}, applied {checksum[:12]}). "
                "Take the change back and put it into a new migration."
            )


def _apply(connection: psycopg.Connection[TupleRow], migration: Migration) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.text.encode())
            connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)", (migration.name, migration.checksum)
            )
    except psycopg.Error as error:
        raise MigrationError(f"{migration.name} failed and was rolled back: {str(error).strip()}") from error
    finally:
        # SET in a migration's text would otherwise outlive it.
        connection.execute("RESET ALL")
