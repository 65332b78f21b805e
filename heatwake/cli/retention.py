"""`heatwake retention`: for how many days a project keeps what, and removing at once what has run out."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict, replace
from typing import Any, Final

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage.postgres import Database
from storage.removal import kept_by, retention
from storage.site_rules import BadRule

FOR_EVER: Final = "forever"


def add(commands: Any) -> None:
    """Add `retention set` and `retention run`."""
    group = commands.add_parser("retention", help="for how long projects keep what they know").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    times = group.add_parser("set", help="show or change for how many days a project keeps what")
    times.add_argument("id", type=int, metavar="ID", help="the project's id")
    times.add_argument("--recordings", metavar="DAYS", help="recordings; forever for no limit")
    times.add_argument("--facts", metavar="DAYS", help="sessions, heatmaps, funnels and their recordings; or forever")
    times.add_argument("--json", action="store_true", help="as one JSON object")
    times.set_defaults(run=run_set)
    now = group.add_parser("run", help="remove what has run out now")
    now.add_argument("--project", type=int, metavar="P", help="only of this project")
    now.add_argument("--json", action="store_true", help="as one JSON object")
    now.set_defaults(run=run_now)


def run_set(settings: Settings, asked: argparse.Namespace) -> int:
    """Change what is asked for, then show it."""
    with Database(settings, "owner", size=1).transaction() as connection:
        keeps = retention.keeps(connection, asked.id)
        if keeps is None:
            raise CommandError(f"There is no project {asked.id}; `heatwake project list` shows all.")
        changed = keeps
        if asked.recordings is not None:
            changed = replace(changed, recordings_days=_days(asked.recordings))
        if asked.facts is not None:
            changed = replace(changed, facts_days=_days(asked.facts))
        try:
            if changed != keeps:
                retention.change(connection, asked.id, changed)
        except BadRule as error:
            raise CommandError(str(error)) from error
    if asked.json:
        print(json.dumps({"project_id": asked.id, **asdict(changed)}))
    else:
        print(f"Project {asked.id} keeps recordings {_said(changed.recordings_days)}", end=", ")
        print(f"sessions, heatmaps and funnels {_said(changed.facts_days)}.")
    return 0


def run_now(settings: Settings, asked: argparse.Namespace) -> int:
    """Remove step by step until nothing is left that has run out."""
    database = Database(settings, "worker", size=4)
    kept, sessions, days = kept_by(settings, database), Counter[str](), set[tuple[int, str, str]]()
    while step := retention.due(database, asked.project):
        sessions[step.what] += retention.run(kept, step)
        days.add((step.project_id, step.what, step.day.isoformat()))
    partitions = 0
    while dropped := retention.drop_partitions(database):
        partitions += dropped
    told = {
        "days": len(days),
        "recordings": sessions["recordings"],
        "sessions": sessions["facts"],
        "partitions": partitions,
    }
    said = f"{told['recordings']:,} recordings and {told['sessions']:,} sessions of {told['days']:,} days removed,"
    print(json.dumps(told) if asked.json else f"{said} {partitions:,} empty partitions dropped.")
    return 0


def _days(text: str) -> int | None:
    if text == FOR_EVER:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no number of days; it is a number, or `{FOR_EVER}`.") from error


def _said(days: int | None) -> str:
    return "for ever" if days is None else f"for {days:,} days"
