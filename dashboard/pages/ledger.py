"""`/ledger`: what came in and what became of it, by reason; nobody should wonder where a session went."""

from __future__ import annotations

from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.figures.ledger import by_step, stacked, step_of
from dashboard.ledger import visit
from dashboard.ledger.hours import EXPORT, GRID, SHOWN, digest, hours, rows
from dashboard.ledger.outcomes import ADVICE, COLOURS, NAMES, TONES, outcome, sums
from dashboard.queries import lost_visits
from dashboard.queries.ledger import Ledger, ledger
from dashboard.queries.marks import marks
from dashboard.settings.actions import pressed, tried
from dashboard.shell import words
from dashboard.shell.answers import answered
from dashboard.shell.blocks import as_of, badge, card, empty, graph, header, page, table, tile, tiles
from dashboard.shell.view import View, read_view, view_of

guard.page(__name__, needs="read", path="/ledger", name="Ledger", title="Ledger · Heatwake")


def layout(**query: object) -> Component:
    """The ledger of the address' project."""
    view = view_of(query)
    # The grid stands beside what is drawn anew while it is live: it keeps what it was sorted and filtered by.
    # The form keeps what is typed into it, too.
    return html.Div([html.Div(content(view), id="ledger"), page(visit.form()), by_hour(view)])


@answered
def by_hour(view: View) -> Component:
    """The grid of hours, if anything came in."""
    answer = ledger(guard.access(view.project_id), view.period)
    return page(hours(answer)) if answer.hours else html.Div()


@answered
def content(view: View) -> Component:
    """Sums, charts and the table of reasons."""
    access = guard.access(view.project_id)
    answer = ledger(access, view.period)
    head = header(
        "Ledger",
        "Where did my sessions go? Every request that came in, and what became of it.",
        as_of(answer.as_of, live=view.live),
    )
    if not answer.reasons:
        nothing = empty(
            "Nothing came in",
            "No request of this project's sites reached the collector in this period.",
            picture="ledger",
        )
        return page(head, card(nothing))
    total = sums(answer)
    step = "hour" if step_of(view.period).days < 1 else "day"
    named = {NAMES[name]: colour for name, colour in COLOURS.items()}
    came = by_step(answer.hours, step_of(view.period), lambda reason: _name(reason))
    away = by_step(answer.hours, step_of(view.period), lambda reason: reason if outcome(reason) == "away" else None)
    deployed = marks(access, view.period).named
    return page(
        head,
        tiles(
            tile("Came in", words.count(total.came), note=words.size(total.bytes)),
            tile("Kept", words.count(total.kept),
                 note=f"{words.share(total.kept, total.came)}, {words.count(total.events)} events"),
            tile("Sent twice", words.count(total.retry), note=f"{words.share(total.retry, total.came)}, counted once"),
            tile("Turned away", words.count(total.away), note=words.share(total.away, total.came)),
        ),
        card(graph(stacked(came, view.period, named, deployed), f"Requests and what became of them, by the {step}"),
             title="What became of requests", note=f"by the {step}, UTC; whole hours"),
        card(graph(stacked(away, view.period, height=220), f"Requests turned away, by reason and {step}"),
             title="Turned away, by reason", note=f"by the {step}") if away else None,
        card(_reasons(answer, total.came), _proof(answer),
             title="Reasons", note="one each, and maybe a remark", flush=True),
    )  # fmt: skip


def _name(reason: str) -> str | None:
    found = outcome(reason)
    return None if found == "remark" else NAMES[found]


def _reasons(answer: Ledger, came: int) -> Component:
    return table(
        ["Reason", "What it means", ("Requests", "right"), ("Share", "right"), ("Events", "right"), ("Size", "right")],
        [
            [
                html.Span([badge(NAMES[outcome(row.reason)], TONES[outcome(row.reason)]), html.Code(row.reason)],
                          className="hw-reason"),
                html.Span([row.meaning, html.Span(ADVICE.get(row.reason), className="hw-advice")]),
                f"{row.requests:,}",
                words.share(row.requests, came),
                f"{row.events:,}" if row.events else "",
                words.size(row.bytes),
            ]
            for row in answer.reasons
        ],
        "Requests by reason",
    )  # fmt: skip


def _proof(answer: Ledger) -> Component:
    """Whether the reasons account for everything that the door counted."""
    counted, missing = answer.received.requests, answer.received.missing
    mark = badge("Adds up", "good") if missing == 0 else badge("Open", "warn")
    if missing > 0:
        said = f"{missing:,} of them are in no line above yet."
    elif missing < 0:
        said = f"{-missing:,} more are above, from before it counted."
    else:
        said = "each of them is in one line above."
    text = f"The collector's door counted {counted:,} requests on its own: {said}"
    return html.P([mark, html.Span(text)], className="hw-proof")


@guard.callback(
    Output("ledger", "children"),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    needs="read",
    prevent_initial_call=True,
)
def follow(_: int, search: str, path: str) -> object:
    """The same, while one looks at it."""
    return content(read_view(search)) if path == "/ledger" else no_update


@guard.callback(
    Output(GRID, "rowData"),
    Output(SHOWN, "data"),
    Input("tick", "n_intervals"),
    State("url", "search"),
    State("url", "pathname"),
    State(SHOWN, "data"),
    needs="read",
    prevent_initial_call=True,
)
def follow_hours(_: int, search: str, path: str, shown: str) -> tuple[object, object]:
    """The rows of now, if they are others."""
    if path != "/ledger":
        return no_update, no_update
    view = read_view(search)
    now = rows(ledger(guard.access(view.project_id), view.period))
    return (no_update, no_update) if digest(now) == shown else (now, digest(now))


@guard.callback(
    Output("visit-answer", "children"),
    Input("visit-find", "n_clicks"),
    Input("visit-known", "n_submit"),
    State("visit-kind", "value"),
    State("visit-known", "value"),
    State("url", "search"),
    needs="read",
    prevent_initial_call=True,
)
def find(_finds: int | None, _submits: int | None, kind: str, known: str | None, search: str) -> object:
    """What became of the visit that somebody asks about."""
    pressed()
    view = read_view(search)
    access = guard.access(view.project_id)

    def action() -> Component:
        asked = visit.read(kind, known or "")
        return visit.answer(view, asked, lost_visits.find(access, **asked))

    return tried(action)


@guard.callback(
    Output(GRID, "exportDataAsCsv"), Input(EXPORT, "n_clicks"), needs="signed_in", prevent_initial_call=True
)
def save(_: int) -> bool:
    """What the grid shows, as a file that the browser makes."""
    return True
