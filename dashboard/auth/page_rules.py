"""Rules of Dash pages at work: before the frame of a page is sent, and around each page's layout."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

import dash
from dash._pages import _path_to_page
from flask import g, request

from dashboard.auth import guard
from dashboard.auth.access import Needs
from dashboard.auth.rights import admit
from dashboard.errors import Problem, SignInNeeded
from dashboard.request_log import request_id
from dashboard.shell import answers
from heatwake.logs import event
from storage.postgres import DatabaseUnavailable

Layout = Callable[..., Any]
log = logging.getLogger(__name__)


class NoRule(RuntimeError):
    """A page, callback or route does not say who may use it; the text names it."""


def admit_page() -> None:
    """Hold the address of a page to its rule before anything of it is sent, so that a refusal has its status."""
    if request.endpoint not in ("/", "/<path:path>"):
        return
    page, variables = cast(Any, _path_to_page)(request.path.strip("/"))
    if not page:
        g.heatwake_unknown_page = True
        return
    admit(guard.PAGES[page["module"]], {**request.args.to_dict(), **(variables or {})})


def _guarded(needs: Needs, layout: Any) -> Layout:
    """The layout for those who may; for others what they can do about it."""

    def draw(**query: Any) -> Any:
        try:
            admit(needs, query)
            return layout(**query) if callable(layout) else layout
        except SignInNeeded:
            here = request.headers.get("Referer", "").split("/", 3)[3:]
            return dash.dcc.Location(id="to-sign-in", href=f"/sign-in?next={quote('/' + ''.join(here))}", refresh=True)
        except Problem as problem:
            if problem.status in (403, 404):
                return answers.not_yours()
            return answers.answer("This did not work", problem.message)
        except DatabaseUnavailable as error:
            event(log, logging.WARNING, "unavailable", request_id=request_id(), cause=str(error))
            return answers.unavailable("The database does not answer.")
        except Exception:
            log.exception("unforeseen", extra={"fields": {"request_id": request_id(), "path": request.path}})
            return answers.answer(
                "This page could not be drawn",
                "Something went wrong in Heatwake itself.",
                kept="Nothing is lost: what visitors send goes on being kept and counted.",
                do="Load the page again; if it stays like this, tell whoever runs this installation the request's id.",
            )

    if callable(layout):
        draw = wraps(layout)(draw)
    setattr(draw, guard.RULE, needs)
    return draw


def wrap_layouts() -> None:
    """Put each page's rule around its layout. Raises NoRule for a page without one."""
    for module, page in dash.page_registry.items():
        if module not in guard.PAGES:
            raise NoRule(f"The page {module} has no rule; register it by guard.page(…, needs=…).")
        layout = page["supplied_layout"]
        if layout is None:
            layout = getattr(sys.modules[module], "layout", None)
        if layout is None:
            raise NoRule(f"The page {module} has no layout.")
        page["layout"] = _guarded(guard.PAGES[module], layout)


def check(app: dash.Dash) -> None:
    """Raise NoRule for a route or callback without a rule."""
    for rule in app.server.url_map.iter_rules():
        if rule.endpoint not in guard.ROUTES and rule.endpoint not in guard.DASH_ROUTES:
            raise NoRule(f"The route {rule.rule} has no rule; register it by guard.route(…, needs=…).")
    for output, entry in callbacks(app).items():
        if not hasattr(entry["callback"], guard.RULE):
            raise NoRule(f"The callback of {output} has no rule; register it by guard.callback(…, needs=…).")


def callbacks(app: dash.Dash) -> dict[str, dict[str, Any]]:
    """Every callback that runs on the server by its outputs, but Dash's own router, whose pages have rules each."""
    known = {**dash._callback.GLOBAL_CALLBACK_MAP, **app.callback_map}
    return {
        output: entry
        for output, entry in known.items()
        if "callback" in entry and not any(own in output for own in guard.DASH_CALLBACKS)
    }
