"""Blobs as files of one directory tree; each file ends with a checksum of what comes before it."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from storage.blobs import BlobCorrupt, BlobMissing
from storage.blobs.counted import CountedSize
from storage.blobs.keys import checked, checked_prefix

_MARK: Final = b"HWB1"
_TRAILER: Final = len(_MARK) + 16
_UNDER_WAY: Final = "~put"  # no key has a `~`, so it is seen by no reader
_ABANDONED_S: Final = 3600


def _trailer(data: bytes) -> bytes:
    return _MARK + hashlib.blake2b(data, digest_size=16).digest()


def _sync(directory: Path) -> None:
    """Make the directory's entries survive a loss of power."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FilesystemBlobs:
    """The promises of `storage.blobs.BlobStore`; the directory is made at the first put."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._counted = CountedSize(lambda: self.list(""))

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Store `data`; a blob has no content type here, who serves it knows what it is."""
        path = self._root / checked(key)
        under_way = self._root / _UNDER_WAY / secrets.token_hex(12)
        self._make(under_way.parent)
        try:
            with under_way.open("xb") as file:
                file.write(data)
                file.write(_trailer(data))
                file.flush()
                os.fsync(file.fileno())
            self._move(under_way, path)
        except BaseException:
            under_way.unlink(missing_ok=True)
            raise
        _sync(path.parent)

    def _move(self, under_way: Path, path: Path) -> None:
        """Rename; the folder may be removed by a `delete` between being made and being used."""
        for _ in range(20):
            self._make(path.parent)
            with suppress(FileNotFoundError):
                under_way.replace(path)
                return
        under_way.replace(path)

    def _make(self, directory: Path) -> None:
        """The directory and those above it, each noted durably in the one above."""
        if directory.is_dir():
            return
        if directory != self._root:
            self._make(directory.parent)
        with suppress(FileExistsError, FileNotFoundError):
            directory.mkdir(parents=directory == self._root)
            _sync(directory.parent)

    def get(self, key: str) -> bytes:
        """The whole blob, checked."""
        try:
            stored = (self._root / checked(key)).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise BlobMissing(key) from None
        data = stored[:-_TRAILER]
        if stored[len(data) :] != _trailer(data):
            raise BlobCorrupt(f"{key}: the file {self._root / key} is not what was put")
        return data

    def range(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; not checked, that would take the whole file."""
        if start < 0 or length < 0:
            raise ValueError(f"no range of a blob: {length} bytes from {start}")
        try:
            with (self._root / checked(key)).open("rb") as file:
                end = os.fstat(file.fileno()).st_size - _TRAILER
                file.seek(start)
                return file.read(max(0, min(length, end - start)))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise BlobMissing(key) from None

    def list(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(key, bytes) in key order."""
        return self._below(checked_prefix(prefix).rpartition("/")[0], prefix)

    def _below(self, folder: str, prefix: str) -> Iterator[tuple[str, int]]:
        entries: list[tuple[str, os.DirEntry[str]]] = []
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self._root / folder) as found:
            for entry in found:
                key = f"{folder}/{entry.name}" if folder else entry.name
                # `/` sorts behind `.` and `-`: a folder stands where its first key would.
                whole = f"{key}/" if entry.is_dir() else key
                if "~" not in entry.name and (whole.startswith(prefix) or prefix.startswith(whole)):
                    entries.append((whole, entry))
        for whole, entry in sorted(entries, key=lambda one: one[0]):
            if whole.endswith("/"):
                yield from self._below(whole[:-1], prefix)
            elif whole.startswith(prefix):
                with suppress(FileNotFoundError):
                    yield whole, max(0, entry.stat().st_size - _TRAILER)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the files and the folders that become empty by it."""
        folders: set[Path] = set()
        for path in [self._root / checked(key) for key in keys]:
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                path.unlink()
                folders.add(path.parent)
        for folder in folders:
            with suppress(FileNotFoundError):
                _sync(folder)
            with suppress(OSError):  # not empty, or another was quicker
                while folder != self._root:
                    folder.rmdir()
                    folder = folder.parent

    def presign(self, key: str, seconds: int) -> str | None:
        """None: there is no server."""
        checked(key)
        return None

    def check(self) -> None:
        """Raise OSError if the directory is not there or can't be written; removes what killed processes left."""
        self._make(self._root)
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"the blob store's directory {self._root} can't be written")
        with suppress(FileNotFoundError), os.scandir(self._root / _UNDER_WAY) as found:
            for entry in found:
                with suppress(FileNotFoundError):
                    if entry.stat().st_mtime < time.time() - _ABANDONED_S:
                        os.unlink(entry)

    def size(self) -> tuple[int, int]:
        """(blobs, bytes); counted anew when the last count is older than a hundred times what it took."""
        return self._counted()
