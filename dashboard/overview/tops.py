"""What is most frequent on the overview: pages, devices, referrers, browsers, countries; each leads on."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.queries.overview import Overview
from dashboard.queries.pages import Pages
from dashboard.shell.blocks import bars, card
from dashboard.shell.view import View


def tops(answer: Overview, viewed: Pages, view: View) -> Component:
    """The lists in three stacks beside each other."""

    def leads(rows: list[tuple[str, int]], parameter: str) -> list[tuple[str, int, str | None]]:
        return [(name, number, view.link("/recordings", **{parameter: name})) for name, number in rows]

    pages: list[tuple[str, int, str | None]] = [
        (row.url, row.views, view.link(f"/heatmaps/{row.page}")) for row in viewed.items
    ]
    devices = [(name.capitalize(), number, href) for name, number, href in leads(answer.devices, "device")]
    none = "Nothing in this period."
    return html.Div(
        [
            _stack(card(bars(pages, empty_text=none), title="Pages", note="views")),
            _stack(
                card(bars(leads(answer.referrers, "referrer"), empty_text="No visit came from another site."),
                     title="Where they come from", note="sessions"),
                card(bars(leads(answer.browsers, "browser"), empty_text=none), title="Browsers", note="sessions"),
            ),
            _stack(
                card(bars(devices, empty_text=none), title="Devices", note="sessions"),
                card(bars(leads(answer.countries, "country"), empty_text=none), title="Countries", note="sessions")
                if answer.countries else None,
            ),
        ],
        className="hw-stacks",
    )  # fmt: skip


def _stack(*cards: Component | None) -> Component:
    return html.Div([one for one in cards if one is not None], className="hw-stack")
