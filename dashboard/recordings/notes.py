"""The notes of a recording beside its player: what was written on which moment, and a field for one more."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import in_place
from dashboard.queries.recording_notes import LONGEST_TAG, LONGEST_TEXT, Note
from dashboard.recordings.timeline import clock
from dashboard.shell import blocks, words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon


def for_player(notes: list[Note]) -> list[dict[str, Any]]:
    """The notes as the player marks them."""
    return [{"at_ms": note.at_ms, "text": note.text, "tag": note.tag} for note in notes]


def card(notes: list[Note], writes: bool) -> Component:
    """All of it; `writes`: the asker may add notes."""
    return blocks.card(
        html.Div(listed(notes), id="notes-list"), _field() if writes else None, title="Notes", className="hw-notes"
    )


def listed(notes: list[Note]) -> Component:
    """The notes in the order of their moments; one's own can be changed."""
    if not notes:
        return html.P("Nobody has written anything on this recording yet.", className="hw-quiet")
    return html.Ul([_note(note) for note in notes], className="hw-note-list")


def _note(note: Note) -> html.Li:
    moment = html.Button(
        [
            html.Span(clock(note.at_ms), className="hw-numbers hw-note-at"),
            html.Span(note.text, className="hw-note-text"),
        ],
        type="button",
        className="hw-jump hw-note-jump",
        **in_place.data(player_ms=note.at_ms),
    )
    about = html.Small(
        [
            html.Span(note.tag, className="hw-note-tag") if note.tag else None,
            f"{note.author or 'a program'} · {words.moment(note.created_at)} UTC",
        ],
        className="hw-note-about",
    )
    return html.Li([moment, about, _change(note) if note.mine else None])


def _change(note: Note) -> html.Details:
    label = f"at {clock(note.at_ms)}"
    return html.Details(
        [
            html.Summary("Change", **aria(label=f"Change the note {label}")),
            _area({"note": "text", "number": note.id}, note.text, f"Text of the note {label}"),
            html.Div(
                [
                    _tag({"note": "tag", "number": note.id}, note.tag, f"Tag of the note {label}"),
                    _action("save", note.id, "Save", f"Save the note {label}"),
                    _action("delete", note.id, "Delete", f"Delete the note {label}"),
                ],
                className="hw-note-row",
            ),
        ]
    )


def _area(name: Any, value: str, label: str) -> Component:
    return html.Label(
        [html.Span(label, className="hw-unseen"), dcc.Textarea(id=name, value=value, maxLength=LONGEST_TEXT, rows=2)],
        className="hw-field hw-note-area",
    )


def _tag(name: Any, value: str, label: str) -> Component:
    field = dcc.Input(id=name, value=value, type="text", placeholder="Tag", maxLength=LONGEST_TAG)
    return html.Label([html.Span(label, className="hw-unseen"), field], className="hw-field hw-grow")


def _action(what: str, number: int, word: str, label: str) -> html.Button:
    return html.Button(
        word,
        id={"note": what, "number": number},
        type="button",
        className="hw-button hw-small",
        title=label,
        **aria(label=label),
    )


def _field() -> Component:
    return html.Div(
        [
            _area("note-text", "", "A note on this moment"),
            html.Div(
                [
                    _tag("note-tag", "", "Tag of the note"),
                    html.Button(
                        [icon("flag", 14), "Note at ", html.Span("0:00", id="note-at", className="hw-numbers")],
                        id="note-add",
                        type="button",
                        className="hw-button",
                        title="Keep the note on the moment that the player shows (N to write one)",
                    ),
                ],
                className="hw-note-row",
            ),
            html.Div(id="note-said", **aria(live="polite")),
        ],
        className="hw-note-field",
    )
