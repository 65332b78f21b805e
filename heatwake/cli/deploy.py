"""`heatwake deploy mark`: note that something was deployed, so that charts and verdicts know."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage import deploys, projects
from storage.postgres import Database


def add(commands: Any) -> None:
    """Add `deploy mark`."""
    group = commands.add_parser("deploy", help="deploy marks on charts").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    mark = group.add_parser("mark", help="mark a deploy, now")
    mark.add_argument("name", metavar="NAME", help="what was deployed, for example a version")
    mark.add_argument("--project", type=int, default=0, metavar="ID", help="only for this project; else for all")
    mark.add_argument("--json", action="store_true", help="deploy_id and at as one JSON object")
    mark.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Set the mark."""
    if not 1 <= len(asked.name) <= 200:
        raise CommandError("A deploy's name has 1 to 200 characters.")
    with Database(settings, "owner", size=1).transaction() as connection:
        if asked.project and projects.project(connection, asked.project) is None:
            raise CommandError(f"There is no project {asked.project}; `heatwake project list` shows those there are.")
        made = deploys.mark(connection, asked.project, asked.name)
    if asked.json:
        print(json.dumps({"deploy_id": made.deploy_id, "at": made.at.isoformat()}))
    else:
        print(f"Deploy {made.deploy_id} marked at {made.at:%Y-%m-%d %H:%M:%S} UTC.")
    return 0
