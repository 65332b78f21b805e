"""`/settings/data`: for how long data is kept, what the project may take in, and erasing a visitor or user."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.errors import Problem
from dashboard.queries import erasures, retention, site_rules
from dashboard.settings.actions import pressed, tried
from dashboard.settings.data import (
    erase_card,
    erasures_card,
    keeps_of,
    question,
    removed_card,
    retention_card,
    under_way,
)
from dashboard.settings.rules import limits_card, limits_of
from dashboard.settings.tabs import notice, settings
from dashboard.shell.answers import answered
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="admin", path="/settings/data", name="Data", title="Data · Heatwake")

LOOKS_EVERY_MS = 2_000


def layout(**query: object) -> Component:
    """What is kept of the address' project."""
    view = view_of(query)
    follow = dcc.Interval(id="erasures-tick", interval=LOOKS_EVERY_MS)
    return html.Div([html.Div(content(view), id="settings-data"), follow])


@answered
def content(view: View, said: Component | None = None) -> Component:
    """Days, limits, the form and the receipts."""
    access = guard.access(view.project_id, "admin")
    return settings(
        view, "/settings/data", access, said,
        retention_card(access), removed_card(access), limits_card(access), erase_card(),
        html.Div(erasures_card(access), id="erasures"),
    )  # fmt: skip


@guard.callback(
    Output("settings-data", "children"),
    Input("keep-save", "n_clicks"),
    Input("limits-save", "n_clicks"),
    State("keep-recordings", "value"),
    State("keep-facts", "value"),
    State("limit-sessions", "value"),
    State("limit-month", "value"),
    State("limit-events", "value"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def save(
    _keep: int, _limits: int, recordings: Any, facts: Any, a_day: Any, a_month: Any, events: Any, search: str
) -> Component:
    """Keep for other times, or take in other amounts."""
    chosen = pressed()
    view = read_view(search)
    access = guard.access(view.project_id, "admin")

    def action() -> Component:
        if chosen == "limits-save":
            site_rules.change_limits(access, limits_of(a_day, a_month, events))
            return notice("The limits were saved. Collectors know within half a minute.")
        retention.change(access, keeps_of(recordings, facts))
        return notice("The days were saved. What has run out is removed within minutes.")

    return content(view, tried(action))


@guard.callback(
    Output("erase-asked", "children"),
    Input("erase-look", "n_clicks"),
    Input("erase-name", "n_submit"),
    State("erase-kind", "value"),
    State("erase-name", "value"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def look(_looks: int | None, _submits: int | None, kind: str, name: str | None, search: str) -> Any:
    """What there is of them."""
    pressed()
    access = guard.access(read_view(search).project_id, "admin")

    def action() -> Component:
        subject = erasures.subject_of(kind, name or "")
        return question(kind, subject.name, erasures.found(access, subject))

    return tried(action)


@guard.callback(
    Output("erase-asked", "children", allow_duplicate=True),
    Output("erasures", "children", allow_duplicate=True),
    Output("erase-name", "value"),
    Input("erase-go", "n_clicks"),
    State("erase-kind", "value"),
    State("erase-name", "value"),
    State("url", "search"),
    needs="admin",
    prevent_initial_call=True,
)
def erase(_: int | None, kind: str, name: str | None, search: str) -> tuple[Any, Any, Any]:
    """Ask for it; the list below shows how far it is."""
    pressed()
    access = guard.access(read_view(search).project_id, "admin")
    try:
        made = erasures.ask(access, erasures.subject_of(kind, name or ""))
    except Problem as problem:
        return notice(problem.message, "bad"), no_update, no_update
    return notice(f"Erasure {made.erasure_id} is under way; its receipt stands below."), erasures_card(access), ""


@guard.callback(
    Output("erasures", "children"),
    Input("erasures-tick", "n_intervals"),
    State("erasures", "children"),
    State("url", "search"),
    State("url", "pathname"),
    needs="admin",
    prevent_initial_call=True,
)
def follow(_: int, shown: Any, search: str, path: str) -> Any:
    """How far they are, while one is under way."""
    if path != "/settings/data":
        return no_update
    access = guard.access(read_view(search).project_id, "admin")
    return erasures_card(access) if "Under way" in str(shown) or under_way(access) else no_update
