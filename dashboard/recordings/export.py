"""A recording as one HTML file that plays without a network: the player, its engine, its styles and the events in it.

The file forbids itself every request by a policy of its own, and runs one script, which the policy names by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import msgspec

import heatwake_components
from dashboard.auth.access import Access
from dashboard.queries.moments import moments
from dashboard.queries.recording_notes import notes
from dashboard.queries.recording_pieces import recording_pieces
from dashboard.queries.recordings import Recording, recording
from dashboard.recordings import notes as note_parts
from dashboard.recordings.export_assets import inlined
from dashboard.recordings.listing import who
from dashboard.recordings.timeline import chapters, marks
from dashboard.services import current
from dashboard.shell import words

_BUILT = Path(heatwake_components.__file__).parent


@cache
def _parts() -> tuple[str, str, str]:
    """(script, its hash for the policy, styles)"""
    script = (_BUILT / "standalone.js").read_text()
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return script, hashed, (_BUILT / "heatwake_components.css").read_text()


def exported(access: Access, session_id: uuid.UUID) -> Iterator[bytes]:
    """The file, piece by piece. Raises UnknownRecording before the first."""
    found = recording(access, session_id)
    written = note_parts.for_player(notes(access, session_id)) if access.allows("read") else []
    happened = marks(found, moments(access, session_id))
    return _pieces(access, found, happened, written)


def _pieces(
    access: Access, found: Recording, happened: list[dict[str, Any]], written: list[dict[str, Any]]
) -> Iterator[bytes]:
    script, hashed, styles = _parts()
    row = found.session
    title, about = who(row), f"{words.moment(row.started_at)} UTC · {words.duration(row.duration_ms)}"
    policy = (
        f"default-src 'none'; script-src 'sha256-{hashed}'; style-src 'unsafe-inline'; img-src data: blob:;"
        " font-src data:; base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · Heatwake recording</title>\n<style>{styles}</style>\n</head>\n<body>\n"
        '<div id="player"></div>\n<script type="application/json" id="heatwake-recording">'
    ).encode()
    head = {
        "heatwake": 1,
        "id": str(row.id),
        "title": title,
        "about": about,
        "chapters": chapters(found),
        "marks": happened,
        "notes": written,
    }
    yield _quoted(msgspec.json.encode(head)[:-1])
    yield b',"recording":{"open":false,"from_ms":0,"next_ms":null,"pieces":['
    from_ms: int | None = 0
    first, begins, length = True, 0, 0
    while from_ms is not None:
        page = recording_pieces(access, row.id, from_ms=from_ms)
        begins, length, from_ms = page.begins_at, page.length_ms, page.next_ms
        for piece in page.pieces:
            told = _quoted(msgspec.json.encode(piece))
            yield told if first else b"," + told
            first = False
    yield b'],"assets":{'
    for number, (address, data) in enumerate(inlined(current().blobs, access.project_id, page.assets)):
        told = _quoted(msgspec.json.encode(address) + b":" + msgspec.json.encode(data))
        yield b"," + told if number else told
    yield b'},"begins_at":%d,"length_ms":%d}}</script>\n<script>' % (begins, length)
    yield script.encode()
    yield b"</script>\n</body>\n</html>\n"


def _quoted(json: bytes) -> bytes:
    """JSON that can't end the element it stands in: `<` occurs in strings only."""
    return json.replace(b"<", b"\\u003c")
