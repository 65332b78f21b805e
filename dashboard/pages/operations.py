"""`/operations`: is the installation well, and since when not; for those who run it."""

from __future__ import annotations

from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.figures.operations import lag, requests_a_second
from dashboard.operations.tables import dead_letters, refusals, stores, streams
from dashboard.queries.operations import Operations, operations
from dashboard.shell import words
from dashboard.shell.answers import answered
from dashboard.shell.blocks import as_of, badge, card, graph, header, page, table, tile, tiles
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="operate", path="/operations", name="Operations", title="Operations · Heatwake")


def layout(**query: object) -> Component:
    """The installation in the address' period."""
    return html.Div(content(view_of(query)), id="operations")


@answered
def content(view: View) -> Component:
    """Health first, then traffic and lag, then what needs looking at."""
    answer = operations(guard.access(view.project_id, "operate"), view.period)
    step = "minute" if answer.step_s < 3600 else "hour"
    rate = requests_a_second(answer.traffic, answer.step_s, view.period, answer.deploys)
    slow = lag(answer.traffic, view.period, answer.deploys)
    return page(
        header("Operations", "Is it well, and since when not.", as_of(answer.as_of, live=view.live)),
        tiles(*_numbers(answer)),
        card(stores(answer), title="Stores", flush=True),
        html.Div(
            [
                card(graph(rate, f"Requests a second by the {step}", id="operations-rate"),
                     title="Requests a second", note=f"committed, by the {step}"),
                card(graph(slow, f"Lag from door to commit by the {step}", id="operations-lag"),
                     title="Lag, click to commit", note=f"ms, by the {step}"),
            ],
            className="hw-columns hw-halves",
        ),
        html.Div(
            [
                card(refusals(answer), title="Refusals", note="this project and unknown sites", flush=True),
                card(streams(answer), title="Event stream", note="entries kept by shard"),
            ],
            className="hw-columns hw-halves",
        ),
        card(dead_letters(answer), title="Dead letters", note=f"{answer.dead_letters:,} kept", flush=True),
        card(_marks(answer), title="Deploys", note="heatwake deploy mark NAME", flush=True),
    )  # fmt: skip


def _numbers(answer: Operations) -> list[Component]:
    requests, events = sum(step.requests for step in answer.traffic), sum(step.events for step in answer.traffic)
    ill = [store.store for store in answer.stores if not store.healthy]
    waiting = sum(entries for _, entries in answer.streams)
    return [
        tile("State", "Well" if not ill else f"{len(ill)} not well", note=", ".join(ill) or "every store answers"),
        tile("Requests", words.count(requests), note=f"{words.count(events)} events"),
        tile("Lag p50", words.duration(answer.lag_p50_ms), note="from door to commit"),
        tile("Lag p99", words.duration(answer.lag_p99_ms), note="1 in 100 takes longer"),
        tile("In the stream", words.count(waiting), note="entries waiting"),
        tile("Dead letters", words.count(answer.dead_letters), note="unusable records"),
    ]


def _marks(answer: Operations) -> Component:
    if not answer.deploys:
        text: list[Component | str] = [
            "No deploy was marked in this period. ",
            html.Code("heatwake deploy mark v1.4.0"),
            " sets one.",
        ]
        return html.P(text, className="hw-quiet hw-inset")
    rows: list[list[Component | str]] = [
        [badge(mark.name, "brand"), words.moment(mark.at)] for mark in reversed(answer.deploys)
    ]
    return table(["Name", "When (UTC)"], rows, "Deploy marks, newest first")


@guard.callback(
    Output("operations", "children"),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    needs="operate",
    prevent_initial_call=True,
)
def follow(_: int, search: str, path: str) -> object:
    """The same, while one looks at it."""
    return content(read_view(search)) if path == "/operations" else no_update
