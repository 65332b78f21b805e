"""`/recordings/<session_id>`: the player of a session, what happened in it, its receipt, sharing and deletion."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.auth import guard
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import deletion, sharing
from dashboard.queries.recording_marks import mark_watched
from dashboard.queries.recordings import RecordingRow, Recordings, UnknownRecording, recording
from dashboard.recordings import listing, player
from dashboard.recordings import sharing as share_parts
from dashboard.recordings.asked import ROWS, Asked, read_asked
from dashboard.recordings.timeline import read_clock
from dashboard.shell import answers, blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon
from dashboard.shell.view import read_view

guard.page(
    __name__,
    needs="recording",
    path_template="/recordings/<session_id>",
    title="Recording · Heatwake",
    name="Recording of a session",
)


def _session_id(text: str) -> uuid.UUID:
    """Raises UnknownRecording."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise UnknownRecording("There is no such recording.") from error


def _neighbours(asked: Asked, session_id: uuid.UUID) -> tuple[str | None, str | None]:
    """Addresses of the sessions before and after this one in the list, or playlist, that it was opened from.

    The address names by its cursor the list's page before the one that has the session, so that two are read.
    """

    def found(cursor: str | None, pages: int = 1) -> Recordings:
        return asked.found(cursor, count_to=0, limit=pages * ROWS)

    def address(row: RecordingRow, **place: object) -> str:
        return asked.view.link(f"/recordings/{row.id}", **asked.parameters(**place))

    try:
        page = found(asked.view.own.get("cursor"), pages=2)
    except ValueError:
        return None, None
    ids = [row.id for row in page.items]
    if session_id not in ids:
        return None, None
    at = ids.index(session_id)
    before = address(page.items[at - 1]) if at else None
    if at + 1 < len(ids):
        return before, address(page.items[at + 1])
    following = found(page.next).items[:1] if page.next else []
    if not following:
        return before, None
    return before, address(following[0], cursor=found(asked.view.own.get("cursor")).next)


def _step(words_: str, href: str | None, name: str) -> Component:
    inside = [
        icon("chevron-right", 16, "hw-turned" if name == "previous" else ""),
        html.Span(words_, className="hw-control-word"),
    ]
    if href is None:
        return html.Span(inside, className="hw-button hw-disabled", **aria(disabled="true"))
    return dcc.Link(inside, href=href, id=f"recording-{name}", className="hw-button", title=words_)


def _autoplay() -> Component:
    """Whether the next one begins by itself; kept by the browser (assets/player.js)."""
    return html.Button(
        [
            icon("play", 14),
            html.Span("Play on", className="hw-control-word"),
            html.Span(id="recording-going-on", className="hw-unseen", **aria(live="polite")),
        ],
        id="recording-autoplay",
        type="button",
        className="hw-button hw-autoplay",
        title="At the end of a recording go on to the next",
        **aria(pressed="false"),
    )


def layout(session_id: str = "", **query: str) -> Component:
    """Player, panel and dialogs."""
    search = urlencode([(name, value) for name, value in query.items() if value is not None], doseq=True)
    view = read_view(search)
    try:
        session = _session_id(session_id)
        access = guard.recording(view.project_id, session)
        found = recording(access, session)
    except UnknownRecording as error:
        return blocks.page(
            answers.answer(
                "There is no such recording",
                str(error),
                do="It may have been deleted, or its time to be kept has run out.",
                action=dcc.Link("All recordings", href=view.link("/recordings"), className="hw-button"),
                picture="recording",
            )
        )
    row = found.session
    whole = access.session_id is None
    asked = read_asked(search, keep=session) if whole else None
    before, after = _neighbours(asked, session) if asked else (None, None)
    back = asked.parameters() if asked else {}
    crumbs = (
        dcc.Link("Recordings", href=view.link("/recordings", **back))
        if whole
        else dcc.Link("Shared with you", href="/shared")
    )
    actions: list[Component | None] = [
        _step("Previous", before, "previous") if whole else None,
        _step("Next", after, "next") if whole else None,
        _autoplay() if whole else None,
    ]
    export = f"/api/v1/projects/{access.project_id}/recordings/{session}/export"
    actions.append(
        html.A(
            icon("download", 16),
            href=export,
            id="recording-export",
            className="hw-button",
            title="Export as one HTML file that plays anywhere",
            **aria(label="Export"),
        )
    )
    if access.allows("write"):
        actions += [
            html.Button([icon("share", 16), "Share"], id="share-open", className="hw-button hw-primary", type="button"),
            html.Button(
                icon("trash", 16),
                id="delete-open",
                className="hw-button",
                type="button",
                title="Delete",
                **aria(label="Delete"),
            ),
        ]
    return blocks.page(
        html.Nav(
            [
                crumbs,
                icon("chevron-right", 14),
                dcc.Link("Play an exported file", href=view.link("/recording-file"), className="hw-crumbs-aside"),
            ],
            className="hw-crumbs",
        ),
        blocks.header(
            listing.who(row), f"{words.moment(row.started_at)} UTC · {words.duration(row.duration_ms)}", *actions
        ),
        player.player(
            access,
            found,
            events_url=f"/api/v1/projects/{access.project_id}/recordings/{session}/pieces",
            assets_url=f"/api/v1/projects/{access.project_id}/assets/",
            start_ms=read_clock(view.own.get("t", "")) or 0,
            view=view if whole else None,
        ),
        dcc.Store(id="recording-watched", data=False),
        *_dialogs() if access.allows("write") else (),
        wide=True,
    )


def _dialogs() -> tuple[Component, Component]:
    share = dmc.Modal(
        html.Div(id="share-body", className="hw-share"), id="share-dialog", title="Share this recording", size="lg"
    )
    buttons = [
        html.Button("Keep it", id="delete-keep", className="hw-button", type="button"),
        html.Button("Delete for good", id="delete-go", className="hw-button hw-danger", type="button"),
    ]
    delete = dmc.Modal(
        [
            html.P(
                "The session goes everywhere: its recording, its page views, its part of heatmaps and funnels."
                " Links to it open nothing any more. This can't be undone."
            ),
            html.Div(id="delete-said"),
            html.Div(buttons, className="hw-dialog-actions"),
        ],
        id="delete-dialog",
        title="Delete this recording?",
    )
    return share, delete


def _here(search: str, pathname: str, needs: str = "write") -> tuple[Access, uuid.UUID]:
    """Sight of the recording that the address names."""
    session = _session_id(pathname.rsplit("/", 1)[-1])
    return guard.recording(read_view(search).project_id, session, "write"), session


@guard.callback(
    Output("share-dialog", "opened"),
    Output("share-body", "children"),
    Input("share-open", "n_clicks"),
    State("player", "positionMs"),
    State("url", "href"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def opened(clicks: int | None, at_ms: int | None, href: str, search: str, pathname: str) -> tuple[Any, Any]:
    """The dialog begins where the player is."""
    if not clicks:
        return no_update, no_update
    access, _ = _here(search, pathname)
    at_ms = int(at_ms or 0)
    origin = href.split(pathname, 1)[0]
    address = f"{origin}{pathname}?{urlencode({'p': access.project_id, 't': player.clock(at_ms)})}"
    return True, share_parts.dialog(address, at_ms)


@guard.callback(
    Output("share-created", "children"),
    Input("share-create", "n_clicks"),
    State("share-start", "value"),
    State("share-days", "value"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def link_created(clicks: int | None, start: str, days: str | None, search: str, pathname: str) -> Any:
    """A new link, from this moment, for so long."""
    if not clicks:
        return no_update
    access, session = _here(search, pathname)
    start_ms = read_clock(start or "0")
    if start_ms is None:
        return share_parts.said(f"“{start}” is no time: write minutes and seconds, 0:42.", good=False)
    try:
        return share_parts.created(sharing.create_link(access, session, start_ms, int(days or 0) or None))
    except Problem as problem:
        return share_parts.failed(problem)


@guard.callback(
    Output("share-given", "children"),
    Output("share-email", "value"),
    Input("share-give", "n_clicks"),
    Input("share-email", "n_submit"),
    State("share-email", "value"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def given(clicks: int | None, submits: int | None, email: str | None, search: str, pathname: str) -> tuple[Any, Any]:
    """Leave for a user of another account."""
    if not (clicks or submits):
        return no_update, no_update
    if not (email or "").strip():
        return share_parts.said("Type the e-mail address that they sign in with.", good=False), no_update
    access, session = _here(search, pathname)
    try:
        sharing.give(access, str(email), session)
    except Problem as problem:
        return share_parts.failed(problem), no_update
    return share_parts.said(f"{email} sees this recording under “Shared with you”, and nothing else."), ""


@guard.callback(
    Output("share-links", "children"),
    Output("share-people", "children"),
    Input("share-body", "children"),
    Input("share-created", "children"),
    Input("share-given", "children"),
    Input({"share": ALL, "number": ALL}, "n_clicks"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def open_shares(
    body: object, created: object, given: object, clicks: list[int | None], search: str, pathname: str
) -> tuple[Any, Any]:
    """Links and people as they are now, after what was to be taken back has been."""
    access, session = _here(search, pathname)
    asked = ctx.triggered_id
    if isinstance(asked, dict) and any(clicks):
        if asked["share"] == "link":
            sharing.take_back_link(access, session, int(asked["number"]))
        else:
            sharing.take_back(access, int(asked["number"]), session)
    return share_parts.links(sharing.links(access, session)), share_parts.people(sharing.given(access, session))


@guard.callback(
    Output("recording-watched", "data"),
    Input("player", "state"),
    State("url", "search"),
    State("url", "pathname"),
    State("recording-watched", "data"),
    needs="recording",
    prevent_initial_call=True,
)
def watched(state: str | None, search: str, pathname: str, marked: bool) -> Any:
    """Who has played a recording has watched it."""
    if marked or state not in ("playing", "ended"):
        return no_update
    session = _session_id(pathname.rsplit("/", 1)[-1])
    mark_watched(guard.recording(read_view(search).project_id, session), [session])
    return True


@guard.callback(
    Output("delete-dialog", "opened"),
    Output("delete-said", "children"),
    Output("url", "href"),
    Input("delete-open", "n_clicks"),
    Input("delete-keep", "n_clicks"),
    Input("delete-go", "n_clicks"),
    State("url", "search"),
    State("url", "pathname"),
    needs="write",
    prevent_initial_call=True,
)
def deleted(opens: int | None, keeps: int | None, goes: int | None, search: str, pathname: str) -> tuple[Any, Any, Any]:
    """Asks first; then the recording is gone, and the next of the list is shown."""
    if ctx.triggered_id == "delete-keep":
        return False, None, no_update
    if ctx.triggered_id == "delete-open" and opens:
        return True, None, no_update
    if ctx.triggered_id != "delete-go" or not goes:
        return no_update, no_update, no_update
    access, session = _here(search, pathname)
    asked = read_asked(search, keep=session)
    _, after = _neighbours(asked, session)
    with suppress(UnknownRecording):  # someone else was quicker
        deletion.delete_session(access, session)
    return False, None, after or asked.view.link("/recordings", **asked.parameters())
