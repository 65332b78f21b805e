"""A recording as one HTML file that plays without a network: the player, its engine, its styles and the events in it.

The file forbids itself every request by a policy of its own, and runs one script, which the policy names by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import msgspec

import heatwake_components
from dashboard.api.pages import ASSET_TYPES
from dashboard.auth.access import Access
from dashboard.queries.moments import moments
from dashboard.queries.recording_notes import notes
from dashboard.queries.recording_pieces import recording_pieces
from dashboard.queries.recordings import Recording, recording
from dashboard.recordings import notes as note_parts
from dashboard.recordings.listing import who
from dashboard.recordings.timeline import chapters, marks
from dashboard.services import current
from dashboard.shell import words
from storage import assets
from storage.blobs import BlobCorrupt, BlobMissing

MOST_ASSETS: Final = 96 * 1024 * 1024  # bytes; the file is read by a browser at once

_BUILT = Path(heatwake_components.__file__).parent
# As collector.assets.stylesheets writes them.
_NAMED: Final = re.compile(rb'url\("([0-9a-f]{64}\.(?!css)[a-z0-9]{2,5})[#"]')
_IMPORT: Final = re.compile(rb'@import\s{1,9}url\("([0-9a-f]{64}\.css)"\)\s{0,9};')


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
    for number, (address, data) in enumerate(_assets(access.project_id, page.assets)):
        told = _quoted(msgspec.json.encode(address) + b":" + msgspec.json.encode(data))
        yield b"," + told if number else told
    yield b'},"begins_at":%d,"length_ms":%d}}</script>\n<script>' % (begins, length)
    yield script.encode()
    yield b"</script>\n</body>\n</html>\n"


def _quoted(json: bytes) -> bytes:
    """JSON that can't end the element it stands in: `<` occurs in strings only."""
    return json.replace(b"<", b"\\u003c")


def _assets(project_id: int, stored: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the pages show as `data:` addresses by its address, and by its name what a stylesheet among it names.

    What is beyond MOST_ASSETS bytes is left out.
    """
    room = MOST_ASSETS
    seen = set(stored.values())
    waiting = deque(stored.items())
    while waiting:
        address, name = waiting.popleft()
        kind = ASSET_TYPES.get(name.rpartition(".")[2])
        held = _held(project_id, name)
        if kind is None or held is None or len(held) > room:
            continue
        if kind == "text/css":
            held = _with_imports(project_id, held, set())
            named = {one.decode() for one in _NAMED.findall(held)} - seen
            seen |= named
            waiting.extend((one, one) for one in sorted(named))
        room -= len(held)
        yield address, f"data:{kind};base64,{base64.b64encode(held).decode()}"


def _with_imports(project_id: int, css: bytes, seen: set[bytes]) -> bytes:
    """A stylesheet with those in the place of its imports that it imports without a condition, each once."""

    def imported(match: re.Match[bytes]) -> bytes:
        if match[1] in seen:
            return b""
        seen.add(match[1])
        held = _held(project_id, match[1].decode())
        return b"" if held is None else _with_imports(project_id, held, seen)

    return _IMPORT.sub(imported, css)


def _held(project_id: int, name: str) -> bytes | None:
    try:
        return current().blobs.get(assets.blob_key(project_id, name))
    except (BlobMissing, BlobCorrupt):
        return None
