"""An address of a page that names no project is led to one: the one looked at last, or the first that can be seen.

Who sees none is led to where they can make one, or to the recordings that were shared with them.
"""

from __future__ import annotations

from typing import Final

import dash
from flask import redirect, request
from werkzeug.wrappers import Response

from dashboard.auth import guard
from dashboard.auth.access import Needs
from dashboard.shell.view import read_view
from dashboard.shell.who import who

COOKIE: Final = "hw_project"  # set by assets/shell.js; only a wish, what may be seen is asked each time
_OF_A_PROJECT: Final[tuple[Needs, ...]] = ("read", "write", "admin")
_WITHIN_A_PROJECT: Final[tuple[Needs, ...]] = ("signed_in", *_OF_A_PROJECT, "operate")


def lead_to_project() -> Response | None:
    """Before each request: a redirect for a page within a project whose address names none."""
    if request.method != "GET" or request.endpoint not in ("/", "/<path:path>") or "p" in request.args:
        return None
    page = next((page for page in dash.page_registry.values() if page["relative_path"] == request.path), None)
    if page is None or guard.PAGES.get(page["module"]) not in _WITHIN_A_PROJECT:
        return None
    looker = who()
    if looker is None:
        return None
    if not looker.projects:
        elsewhere = "/settings/new-project" if looker.may_make_projects else "/shared"
        return redirect(elsewhere, 302) if guard.PAGES[page["module"]] in _OF_A_PROJECT else None
    seen = [project.project_id for project in looker.projects]
    wished = request.cookies.get(COOKIE, "")
    project_id = int(wished) if wished.isdecimal() and len(wished) < 19 and int(wished) in seen else seen[0]
    view = read_view(request.query_string.decode("utf-8", "replace"))
    return redirect(view.link(request.path, **view.own, p=project_id), 302)
