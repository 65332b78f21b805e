"""What is known of a session, and the receipt of its recording: what is there of it, what is missing and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.queries.receipts import LackingAssets
from dashboard.queries.recordings import Recording
from dashboard.recordings.lacks import sentence
from dashboard.recordings.listing import who
from dashboard.shell import words
from dashboard.shell.icons import icon

MASKED: Final[Mapping[str, str]] = {
    "strict": "Masked: every text of the pages, as the site was set to (strict).",
    "normal": "Masked: what is typed, and what looks personal (normal).",
    "open": "Masked: what is typed, and what the site marks (open).",
}


def facts(recording: Recording) -> Component:
    """Who it was, with what, from where."""
    row = recording.session
    began = f"{words.day(row.started_at.date())}, {row.started_at:%H:%M:%S} UTC"
    known = [
        ("Visitor", who(row)),
        ("Visitor id", row.visitor.hex),
        ("Began", began),
        ("Length", words.duration(row.duration_ms)),
        ("Device", " · ".join(text for text in (row.device.capitalize(), row.browser, row.os) if text)),
        ("Country", row.country),
        ("Came from", row.referrer),
        ("Pages", f"{row.pages:,}"),
        ("Clicks", f"{row.clicks:,}"),
        ("Rage clicks", f"{row.rage_clicks:,}" if row.rage_clicks else ""),
        ("Dead clicks", f"{row.dead_clicks:,}" if row.dead_clicks else ""),
        ("Error clicks", f"{row.error_clicks:,}" if row.error_clicks else ""),
        ("Custom events", f"{row.events:,}"),
    ]
    return html.Dl([html.Div([html.Dt(name), html.Dd(said)]) for name, said in known if said], className="hw-facts")


def receipt(recording: Recording) -> Component:
    """Whether the recording is whole, and what it takes to keep it."""
    if not recording.chunks:
        whys = list(dict.fromkeys(gap.reason for gap in recording.gaps))
        why = "; ".join(whys) or (
            "recording was off for the site, the visitor left before the recorder had loaded, or it was removed"
        )
        return html.P(f"Nothing was recorded of this session: {why}. Page views and clicks are known all the same.")
    pages = len(recording.page_views)
    numbers = {view.page_view: number for number, view in enumerate(recording.page_views, 1)}
    kept = (
        f"{pages:,} {'page' if pages == 1 else 'pages'} in {recording.chunks:,}"
        f" {'piece' if recording.chunks == 1 else 'pieces'}, {words.size(recording.bytes)}"
        f" kept of {words.size(recording.raw_bytes)} recorded."
    )
    listed = [sentence(gap, str(numbers.get(gap.page_view, "?")), recording.begins_ms) for gap in recording.gaps]
    more = [
        *_assets(recording.missing_assets),
        html.P(kept),
        html.P(MASKED.get(recording.masking, "")) if recording.masking in MASKED else None,
    ]
    nothing = "nothing of the visit is missing." if recording.missing_assets else "nothing is missing."
    if all(gap.kind == "idle" for gap in recording.gaps):
        idle = [html.P("Left out, since there was nothing to see:"), html.Ul(listed)] if listed else []
        return html.Div(
            [
                html.P([icon("check", 16), html.B("Whole: "), nothing], className="hw-good"),
                *idle,
                *more,
            ],
            className="hw-receipt",
        )
    return html.Div(
        [
            html.P(
                [icon("alert", 16), html.B("With gaps. "), "What is there plays; these parts are not:"],
                className="hw-warn",
            ),
            html.Ul(listed),
            *more,
        ],
        className="hw-receipt",
    )


def _assets(lacking: Sequence[LackingAssets]) -> list[Component]:
    """What the pages showed and the replay lacks, by reason; the addresses on demand."""
    if not lacking:
        return []
    return [
        html.P("Pictures, fonts and stylesheets of the pages that are not shown:"),
        html.Ul([html.Li(_by_reason(one)) for one in lacking]),
    ]


def _by_reason(one: LackingAssets) -> Component:
    listed: list[Component] = [html.Li(html.Code(address)) for address in one.addresses]
    if one.count > len(one.addresses):
        listed.append(html.Li(f"and {one.count - len(one.addresses):,} more"))
    return html.Details([html.Summary(f"{one.count:,}: {one.reason}"), html.Ul(listed)])
