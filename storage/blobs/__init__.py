"""Blobs: recordings, page snapshots, page assets, cold facts; large values read by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from heatwake.settings import Settings


class BlobMissing(KeyError):
    """No blob lies at this key."""


class BlobCorrupt(RuntimeError):
    """A blob's bytes are not those that were put; the text names the key."""


class BlobStore(Protocol):
    """Bytes by key. Keys are `/`-separated, `[A-Za-z0-9._-]` segments, never `.` or `..`; ValueError otherwise.

    A put is atomic and durable when it returns: a reader sees the old bytes or the new, never a part, and a killed
    process leaves no part behind that `get` or `list` would show. Putting the same key again replaces it.
    """

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Store `data` at `key`."""

    def get(self, key: str) -> bytes:
        """The whole blob. Raises BlobMissing, BlobCorrupt."""

    def range(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; fewer at the end of the blob. Raises BlobMissing."""

    def list(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(key, bytes) of every blob whose key starts with `prefix`, in key order."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove these; a missing one is no error."""

    def presign(self, key: str, seconds: int) -> str | None:
        """An address that serves the blob for `seconds`; None where the store has no server of its own."""

    def check(self) -> None:
        """Raise OSError with the cause if the store can't be reached."""

    def size(self) -> tuple[int, int]:
        """(blobs, bytes) kept, for the Operations page."""


def open_blobs(settings: Settings) -> BlobStore:
    """The blob store that the settings name."""
    if settings.blobs.store == "s3":
        from storage.blobs.s3 import S3Blobs

        return S3Blobs(settings)
    from storage.blobs.filesystem import FilesystemBlobs

    return FilesystemBlobs(settings.blob_path)
