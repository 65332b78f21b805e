"""`heatwake project`: make projects with a site and a key, list them, print a site's snippet, set its rules."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heatwake.cli import project_rules
from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from heatwake.site_snippet import site_snippet
from storage import api_keys, projects, sites
from storage.postgres import Database
from storage.sites import BadOrigin, origin_of


def add(commands: Any) -> None:
    """Add `project create`, `project list`, `project snippet`, `project rules`."""
    group = commands.add_parser("project", help="projects: what is looked at together").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    make = group.add_parser("create", help="a project with a site and an API key")
    make.add_argument("--org", required=True, metavar="O", help="the account that owns it; made if there is none")
    make.add_argument("--name", required=True, metavar="N", help="the project's name")
    make.add_argument(
        "--origin", required=True, action="append", metavar="URL", help="pages of it may send; repeatable"
    )
    make.add_argument("--json", action="store_true", help="project_id, site_key and api_key as one JSON object")
    make.set_defaults(run=create)
    every = group.add_parser("list", help="all projects with their sites")
    every.add_argument("--json", action="store_true", help="as a JSON array")
    every.set_defaults(run=listing)
    lines = group.add_parser("snippet", help="the lines to put into the head of a page")
    lines.add_argument("id", type=int, metavar="ID", help="the project's id")
    lines.set_defaults(run=snippet)
    project_rules.add(group)


def create(settings: Settings, asked: argparse.Namespace) -> int:
    """Make account (if missing), project, site and key in one transaction."""
    try:
        origins = [origin_of(text) for text in asked.origin]
        with Database(settings, "owner", size=1).transaction() as connection:
            account_id = projects.account_named(connection, _name(asked.org))
            project_id = projects.create(connection, account_id, _name(asked.name))
            _, site_key = sites.create_site(connection, project_id, origins)
            _, api_key = api_keys.create(connection, project_id, "made with the project", ["read", "write"])
    except (BadOrigin, projects.NameTaken) as error:
        raise CommandError(str(error)) from error
    if asked.json:
        print(json.dumps({"project_id": project_id, "site_key": site_key, "api_key": api_key}))
    else:
        print(f"Project {project_id} · API key {api_key} (shown only now)\n\n{site_snippet(settings, site_key)}")
    return 0


def listing(settings: Settings, asked: argparse.Namespace) -> int:
    """One line a project, one a site below it."""
    with Database(settings, "owner", size=1).transaction() as connection:
        found = [
            (project, sites.sites(connection, project.project_id)) for project in projects.every_project(connection)
        ]
    if asked.json:
        print(
            json.dumps(
                [
                    {
                        "project_id": project.project_id,
                        "name": project.name,
                        "org": project.account,
                        "sites": [{"site_key": site.site_key, "origins": site.origins} for site in below],
                    }
                    for project, below in found
                ]
            )
        )
        return 0
    for project, below in found:
        print(f"{project.project_id:>6}  {project.account} / {project.name}")
        for site in below:
            print(
                f"        {site.site_key}  {' '.join(site.origins) or 'any origin'}{'' if site.enabled else '  (off)'}"
            )
    return 0


def snippet(settings: Settings, asked: argparse.Namespace) -> int:
    """The snippet of each of the project's sites."""
    with Database(settings, "owner", size=1).transaction() as connection:
        found = sites.sites(connection, asked.id)
    if not found:
        raise CommandError(
            f"There is no project {asked.id} with a site; `heatwake project list` shows those there are."
        )
    for site in found:
        print(site_snippet(settings, site.site_key))
    return 0


def _name(text: str) -> str:
    """A name of 1 to 200 characters. Raises CommandError."""
    name = text.strip()
    if not 1 <= len(name) <= 200:
        raise CommandError("A name has 1 to 200 characters.")
    return name
