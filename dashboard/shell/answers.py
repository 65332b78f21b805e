"""Errors as answers: what happened, what was kept, what to do, and the request id to name when asking for help."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.errors import Problem
from dashboard.request_log import request_id
from dashboard.shell.blocks import Child, page
from dashboard.shell.icons import IconName, icon
from heatwake.logs import event
from storage.postgres import DatabaseUnavailable

log = logging.getLogger(__name__)
Asked = ParamSpec("Asked")


def answer(
    title: str, happened: Child, *, kept: str = "", do: str = "", action: Child = None, picture: IconName = "alert"
) -> html.Div:
    """A card that says what happened, what was kept and what to do; for errors within a page."""
    known = request_id()
    return html.Div(
        [
            html.Div(icon(picture, 22), className="hw-empty-picture hw-bad"),
            html.H2(title),
            html.P(happened),
            html.P(kept) if kept else None,
            html.P(do) if do else None,
            html.Div(action, className="hw-empty-actions") if action else None,
            html.P(["Request ", html.Code(known)], className="hw-request-id") if known else None,
        ],
        className="hw-empty hw-answer",
        role="alert",
    )


def unavailable(happened: str) -> html.Div:
    """A store does not answer."""
    return answer(
        "Figures can't be read right now",
        happened,
        kept="Nothing is lost: what visitors send goes on being kept, and is counted as soon as the store is back.",
        do="This page tries again by itself. If it stays like this, ask whoever runs this installation.",
    )


def not_yours(what: str = "page") -> html.Div:
    """Signed in, but without leave to see this; says no more than that."""
    return page(
        answer(
            f"This {what} is not open to you",
            f"It does not exist, or nobody has given you leave to see this {what}.",
            do="Ask whoever sent you here to grant you access, or choose another project at the top left.",
            action=dcc.Link("Back to your projects", href="/", className="hw-button"),
            picture="shield",
        )
    )


def answered(content: Callable[Asked, Component]) -> Callable[Asked, Component]:
    """For functions that draw a page or a part of one: a problem becomes an answer in its place."""

    @wraps(content)
    def drawn(*args: Asked.args, **kwargs: Asked.kwargs) -> Component:
        try:
            return content(*args, **kwargs)
        except DatabaseUnavailable as error:
            event(log, logging.WARNING, "unavailable", request_id=request_id(), cause=str(error))
            return unavailable("The database does not answer.")
        except Problem as problem:
            if problem.status in (403, 404):
                return not_yours()
            return answer("This did not work", problem.message)

    return drawn
