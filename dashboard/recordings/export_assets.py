"""What an exported recording's pages show beside their text, as part of its file."""

from __future__ import annotations

import base64
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from storage import assets
from storage.blobs import BlobCorrupt, BlobMissing, BlobStore

MOST: Final = 96 * 1024 * 1024  # bytes; a browser reads the whole file at once
# As collector.assets.stylesheets writes them.
_NAMED: Final = re.compile(rb'url\("([0-9a-f]{64}\.(?!css)[a-z0-9]{2,5})[#"]')
_IMPORT: Final = re.compile(rb'@import\s{1,9}url\("([0-9a-f]{64}\.css)"\)\s{0,9};')


def inlined(
    blobs: BlobStore, project_id: int, stored: Mapping[str, str], most: int = MOST
) -> Iterator[tuple[str, str]]:
    """(address, `data:` address) of each of `stored`, which are names by address; and of what a stylesheet among them
    names, by that name.

    What is not there is left out, and what is beyond `most` bytes.
    """
    room = most
    seen = set(stored.values())
    waiting = deque(stored.items())
    while waiting:
        address, name = waiting.popleft()
        kind = assets.CONTENT_TYPES.get(name.rpartition(".")[2])
        held = _held(blobs, project_id, name)
        if kind is None or held is None or len(held) > room:
            continue
        if kind == "text/css":
            held = _with_imports(blobs, project_id, held, {name.encode()})
            named = {one.decode() for one in _NAMED.findall(held)} - seen
            seen |= named
            waiting.extend((one, one) for one in sorted(named))
        room -= len(held)
        yield address, f"data:{kind};base64,{base64.b64encode(held).decode()}"


def _with_imports(blobs: BlobStore, project_id: int, css: bytes, seen: set[bytes]) -> bytes:
    """A stylesheet with those in the place of its imports that it imports without a condition, each once."""

    def imported(match: re.Match[bytes]) -> bytes:
        if match[1] in seen:
            return b""
        seen.add(match[1])
        held = _held(blobs, project_id, match[1].decode())
        return b"" if held is None else _with_imports(blobs, project_id, held, seen)

    return _IMPORT.sub(imported, css)


def _held(blobs: BlobStore, project_id: int, name: str) -> bytes | None:
    try:
        return blobs.get(assets.blob_key(project_id, name))
    except (BlobMissing, BlobCorrupt):
        return None
