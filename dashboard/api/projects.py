"""`/projects`: what the asker sees."""

from __future__ import annotations

import msgspec

from dashboard.api.routes import route
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.auth.asker import asker
from dashboard.queries import projects as queries


class ProjectRow(msgspec.Struct, frozen=True):
    """A project; `role`: by what right the asker sees it."""

    id: int
    name: str
    account: str
    role: str


class Projects(msgspec.Struct, frozen=True):
    """The asker's projects."""

    items: list[ProjectRow]


@route("GET", "/projects", needs="signed_in", answer=Projects)
def list_projects() -> Projects:
    """The projects that the asker sees: a key its own, a user those of their accounts and those granted to them."""
    key = asker().key
    if key:
        return Projects([_row(guard.access(key.project_id))])
    return Projects([ProjectRow(each.project_id, each.name, each.account, each.role) for each in queries.mine()])


@route("GET", "/projects/{project_id}", needs="read", answer=ProjectRow)
def get_project(access: Access) -> ProjectRow:
    """One project."""
    return _row(access)


def _row(access: Access) -> ProjectRow:
    found = queries.project(access)
    return ProjectRow(found.project_id, found.name, found.account, access.role)
