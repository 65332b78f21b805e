"""`/`: how much went on in the project and where; for a project nothing has come to yet, how to begin."""

from __future__ import annotations

from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.figures.traffic import sessions_and_views
from dashboard.first_event.waiting import waiting
from dashboard.overview.numbers import numbers
from dashboard.overview.tops import tops
from dashboard.queries.installation import installation
from dashboard.queries.marks import marks
from dashboard.queries.overview import overview
from dashboard.queries.pages import pages
from dashboard.shell.answers import answered
from dashboard.shell.blocks import as_of, card, graph, header, page
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="read", path="/", name="Overview", title="Overview · Heatwake")


def layout(**query: object) -> Component:
    """The overview of the address' project."""
    return html.Div(content(view_of(query)), id="overview")


@answered
def content(view: View) -> Component:
    """Tiles, series and what is most frequent."""
    access = guard.access(view.project_id)
    found = installation(access)
    if not found.arrived:
        return waiting(found, view)
    answer = overview(access, view.period, view.device)
    chart = sessions_and_views(answer.series, answer.step_s, marks(access, view.period).named)
    step = "hour" if answer.step_s < 86_400 else "day"
    return page(
        header("Overview", "How much went on, and where.", as_of(answer.as_of, live=view.live)),
        numbers(answer, view),
        card(
            graph(chart, f"Sessions and page views by the {step}", id="overview-series"),
            title="Traffic",
            note=f"by the {step}, UTC",
        ),
        tops(answer, pages(access, view.period, view.device, limit=10), view),
    )


@guard.callback(
    Output("overview", "children"),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    needs="read",
    prevent_initial_call=True,
)
def follow(_: int, search: str, path: str) -> object:
    """The same, while one looks at it."""
    return content(read_view(search)) if path == "/" else no_update
