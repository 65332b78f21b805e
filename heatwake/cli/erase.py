"""`heatwake erase`: remove every trace of one visitor or user of a project, and prove it."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage import erasures, projects
from storage.erasures import BadSubject, Erasure, Subject
from storage.postgres import Database
from storage.removal import kept_by, preview

WAIT_S: Final = 300
ASK_AGAIN_S: Final = 0.2


def add(commands: Any) -> None:
    """Add `erase`."""
    one = commands.add_parser("erase", help="remove every trace of one visitor or user, and prove it")
    one.add_argument("--project", type=int, required=True, metavar="P", help="the project's id")
    whom = one.add_mutually_exclusive_group(required=True)
    whom.add_argument("--visitor", metavar="V", help="a visitor's id, as a recording's page shows it")
    whom.add_argument("--user", metavar="U", help="the id that identify gave a user")
    one.add_argument("--dry-run", action="store_true", help="only show what there is to remove")
    one.add_argument("--wait", type=int, default=WAIT_S, metavar="S", help=f"at most so many seconds, else {WAIT_S}")
    one.add_argument("--receipt", type=Path, metavar="FILE", help="write the receipt there")
    one.add_argument("--json", action="store_true", help="the receipt as one JSON object")
    one.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Ask for it and wait until a worker has done it."""
    try:
        subject = Subject.of(asked.visitor, asked.user)
    except BadSubject as error:
        raise CommandError(str(error)) from error
    database = Database(settings, "owner", size=2)
    with database.transaction() as connection:
        if projects.project(connection, asked.project) is None:
            raise CommandError(f"There is no project {asked.project}; `heatwake project list` shows all.")
    if asked.dry_run:
        found = preview.found(kept_by(settings, database), asked.project, subject)
        _print(asked, found, [f"{kind:<16} {number:,}" for kind, number in found.items()])
        return 0
    with database.transaction() as connection:
        erasure_id = erasures.ask(connection, asked.project, subject, None)
    erasure = _done(database, asked.project, erasure_id, asked.wait)
    receipt = erasures.receipt(erasure)
    if asked.receipt:
        asked.receipt.write_text(json.dumps(receipt, indent=2) + "\n")
    _print(asked, receipt, _lines(erasure))
    return 0 if erasure.state == "done" else 1


def _done(database: Database, project_id: int, erasure_id: int, wait_s: int) -> Erasure:
    until = time.monotonic() + wait_s
    while True:
        with database.transaction() as connection:
            erasure = erasures.one(connection, project_id, erasure_id)
        assert erasure
        if erasure.state == "done" or time.monotonic() > until:
            return erasure
        time.sleep(ASK_AGAIN_S)


def _lines(erasure: Erasure) -> list[str]:
    if erasure.state != "done":
        waits = erasure.trouble or "A worker does it as soon as one runs; `heatwake status` shows them."
        return [
            f"Erasure {erasure.erasure_id} is under way ({erasure.state}). {waits}",
            "The same command looks again.",
        ]
    before, after = erasure.found_before or {}, erasure.found_after or {}
    return [
        f"Erasure {erasure.erasure_id} is done.",
        f"{'place':<16} {'before':>8} {'after':>6}",
        *(f"{place:<16} {before.get(place, 0):>8,} {number:>6,}" for place, number in after.items()),
        "Removed: " + (", ".join(f"{kind} {number:,}" for kind, number in erasure.removed.items()) or "nothing") + ".",
    ]


def _print(asked: argparse.Namespace, told: dict[str, Any], lines: list[str]) -> None:
    print(json.dumps(told) if asked.json else "\n".join(lines))
