"""`/usage`: what the project takes up, in bytes by cause."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.figures.theme import SERIES
from dashboard.figures.usage import bytes_by_cause
from dashboard.queries.ledger import Cause, Usage, usage
from dashboard.shell import words
from dashboard.shell.answers import answered
from dashboard.shell.blocks import as_of, card, empty, graph, header, page, table, tile, tiles
from dashboard.shell.view import View, view_of

guard.page(__name__, needs="read", path="/usage", name="Usage", title="Usage · Heatwake")

MEANINGS: Final = {
    "recordings": "What session replays are played from; packed, in the blob store.",
    "shared by recordings": "Stylesheets and whatever else many recordings have in common, kept once.",
    "page assets": "Pictures, fonts and stylesheets of recorded pages, as they were at the time.",
    "facts": "One row an interaction, for funnels and filtered heatmaps; packed by the day.",
    "heat points": "Where on pages people clicked, tapped and moved; packed by page and day.",
    "sessions": "One row a session: the recordings list and the overview.",
    "page views": "One row a page view: times, depth, clicks.",
}


def layout(**query: object) -> Component:
    """The usage of the address' project."""
    return html.Div(content(view_of(query)), id="usage")


@answered
def content(view: View) -> Component:
    """The sum, the bar and the table of causes."""
    answer = usage(guard.access(view.project_id))
    head = header("Usage", "What this project takes up, whatever the date range.", as_of(answer.as_of))
    if not answer.total_bytes:
        nothing = empty(
            "Nothing is kept yet", "As soon as visitors come, this shows what they take up.", picture="usage"
        )
        return page(head, card(nothing))
    items = {cause.cause: cause.items for cause in answer.causes}
    sessions = items.get("sessions", 0)
    each = words.size(answer.total_bytes / sessions) if sessions else "\N{EN DASH}"
    return page(
        head,
        tiles(
            tile("In all", words.size(answer.total_bytes)),
            tile("A session", each, note="everything of it"),
            tile("Sessions", words.count(sessions), href=view.link("/recordings")),
            tile("Recordings", words.count(items.get("recordings", 0)), href=view.link("/recordings", recorded=1)),
        ),
        card(graph(bytes_by_cause(answer.causes), "Bytes by cause", id="usage-bar"), title="By cause"),
        card(_causes(answer), title="What it is", flush=True),
    )  # fmt: skip


def _causes(answer: Usage) -> Component:
    def row(number: int, cause: Cause) -> list[Component | str]:
        key = html.Span(className="hw-key", style={"background": SERIES[number % len(SERIES)]})
        return [
            html.Span([key, cause.cause.capitalize()], className="hw-reason"),
            MEANINGS.get(cause.cause, ""),
            f"{cause.items:,}",
            words.size(cause.bytes),
            words.size(cause.bytes / cause.items) if cause.items else "\N{EN DASH}",
            words.share(cause.bytes, answer.total_bytes),
        ]

    return table(
        ["Cause", "What it is for", ("Things", "right"), ("Size", "right"), ("Each", "right"), ("Share", "right")],
        [row(number, cause) for number, cause in enumerate(answer.causes)],
        "Bytes by cause",
    )
