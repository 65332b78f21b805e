"""`/recordings`: the sessions of the project with their filters; each leads to its player."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.queries.filters import Filters
from dashboard.queries.periods import Period
from dashboard.queries.recordings import Recordings, recordings
from dashboard.recordings import facets, listing
from dashboard.recordings.behind import Behind, read_behind
from dashboard.shell import blocks
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import View, read_view

guard.page(__name__, needs="read", path="/recordings", title="Recordings · Heatwake", name="Recordings")


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    access: Access
    view: View
    behind: Behind | None
    period: Period
    filters: Filters

    def found(self) -> Recordings:
        """A page of the list; the first one where the address names none that exists."""
        sort = listing.sort_of(self.view)
        try:
            return recordings(self.access, self.period, self.filters, sort, listing.ROWS, self.view.own.get("cursor"))
        except ValueError:
            return recordings(self.access, self.period, self.filters, sort, listing.ROWS)


def _asked(search: str) -> Asked:
    view = read_view(search)
    access = guard.access(view.project_id)
    behind = read_behind(search)
    period, filters = behind.narrowed(access, view) if behind else (view.period, view.filters)
    return Asked(access, view, behind, period, filters)


def _choices(asked: Asked) -> Component:
    return facets.choices(asked.view, facets.counted(asked.access, asked.period, asked.filters))


def layout(**query: str) -> Component:
    """List and filters."""
    search = urlencode([(name, value) for name, value in query.items() if value is not None], doseq=True)
    asked = _asked(search)
    found = asked.found()
    sorts = in_place.form(
        in_place.choice(
            "sort", {str(name): word for name, word in listing.SORTS.items()}, listing.sort_of(asked.view), "Order"
        ),
        label="Order",
    )
    return blocks.page(
        blocks.header(
            "Recordings",
            "Sessions as their visitors saw them.",
            html.Div(blocks.as_of(found.as_of, live=asked.view.live), id="recordings-as-of"),
        ),
        html.Div(
            [
                blocks.card(
                    html.Div(id="recordings-news", className="hw-news", **aria(live="polite")),
                    html.Div(listing.listing(asked.view, found, asked.behind), id="recordings-list"),
                    title="Sessions",
                    note=html.Span(listing.heading(found, asked.behind, asked.view), id="recordings-heading"),
                    actions=[sorts],
                    flush=True,
                ),
                html.Aside(
                    [
                        html.Button(
                            [icon("filter", 16), "Filters"],
                            type="button",
                            className="hw-button hw-filter-toggle",
                            **in_place.data(toggles="recordings-filters"),
                            **aria(expanded="false", controls="recordings-filters"),
                        ),
                        html.Div(
                            [facets.conditions(asked.view), html.Div(_choices(asked), id="recordings-facets")],
                            id="recordings-filters",
                            className="hw-card hw-filters",
                        ),
                    ],
                    className="hw-side",
                ),
            ],
            className="hw-with-side hw-side-first",
        ),
        dcc.Store(id="recordings-total", data=found.total),
        wide=True,
    )


@guard.callback(
    Output("recordings-list", "children"),
    Output("recordings-heading", "children"),
    Output("recordings-facets", "children"),
    Output("recordings-as-of", "children"),
    Output("recordings-total", "data"),
    Output("recordings-news", "children"),
    Input("url", "search"),
    Input({"recordings": ALL}, "n_clicks"),
    needs="read",
    prevent_initial_call=True,
)
def listed(search: str, shown: list[int | None]) -> tuple[Any, ...]:
    """The list follows the address."""
    if ctx.triggered_id != "url" and not any(shown):
        return (no_update,) * 6  # the button has only just appeared
    asked = _asked(search)
    found = asked.found()
    return (
        listing.listing(asked.view, found, asked.behind),
        listing.heading(found, asked.behind, asked.view),
        _choices(asked),
        blocks.as_of(found.as_of, live=asked.view.live),
        found.total,
        None,
    )


@guard.callback(
    Output("recordings-news", "children", allow_duplicate=True),
    Output("recordings-as-of", "children", allow_duplicate=True),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("recordings-total", "data"),
    needs="read",
    prevent_initial_call=True,
)
def news(tick: int | None, search: str, before: int) -> tuple[Any, Any]:
    """New sessions are told of, not pushed in between what is being read."""
    if not ctx.triggered_id:
        return no_update, no_update
    asked = _asked(search)
    found = asked.found()
    more = found.total - before
    button = html.Button(
        f"Show {more:,} new {'session' if more == 1 else 'sessions'}",
        id={"recordings": "show-new"},
        className="hw-button",
        type="button",
    )
    return (button if more > 0 else None), blocks.as_of(found.as_of, live=asked.view.live)
