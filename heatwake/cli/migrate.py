"""`heatwake migrate`: bring the database's schema up to this version."""

from __future__ import annotations

import argparse
from typing import Any

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage.migrate import MigrationError, migrate, pending
from storage.roles import ensure_partitions


def add(commands: Any) -> None:
    """Add `migrate`."""
    parser = commands.add_parser("migrate", help="bring the database's schema up to this version")
    parser.add_argument("--dry-run", action="store_true", help="only name what would be applied")
    parser.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Apply what is missing, one line a file."""
    try:
        if asked.dry_run:
            names = pending(settings.dsn("owner"))
        else:
            names = migrate(settings.dsn("owner"))
            ensure_partitions(settings.dsn("owner"))
    except MigrationError as error:
        raise CommandError(str(error)) from error
    for name in names:
        print(f"{'would apply' if asked.dry_run else 'applied'} {name}")
    if not names:
        print("The schema is up to date.")
    return 0
