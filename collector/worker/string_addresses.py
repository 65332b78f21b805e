"""Which addresses a site's common long strings show: of one that the server has, a tracker sends the name only."""

from __future__ import annotations

from typing import Final

from collector.worker.asset_addresses import shown_in
from storage import recording_strings
from storage.blobs import BlobCorrupt, BlobStore
from storage.recording_pack import BadPack

MOST: Final = 10_000  # strings; a site tells its trackers of a few


class StringAddresses:
    """Reads a string when it is first named."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._known: dict[tuple[int, str], list[str]] = {}

    def shown(self, project_id: int, hash: str) -> list[str]:
        """The addresses in a project's string; none of one that is not there. Raises OSError."""
        known = self._known.get((project_id, hash))
        if known is None:
            try:
                string = recording_strings.read(self._blobs, project_id, "strings", hash)
            except (BlobCorrupt, BadPack):
                string = b""
            if string is None:  # it may come
                return []
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[project_id, hash] = shown_in([string])
        return known
