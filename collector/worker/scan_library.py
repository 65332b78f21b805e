"""The built library of `collector/scan` (Rust) as Python calls it, and the book of names that it keeps.

It is loaded only if it was built from the sources that stand beside it: what it was built from otherwise has other
functions and columns, and would be misread.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Any, Final

from heatwake.logs import event

log = logging.getLogger(__name__)

SOURCES: Final = Path(__file__).parents[1] / "scan"
LIBRARY: Final = SOURCES / "built" / "libheatwake_scan.so"
STAMP: Final = LIBRARY.with_suffix(".sources")  # what it was built from: `checksum`, then the compiler's options


class Taken(ctypes.Structure):
    """How much of an entry was told apart (collector/scan/batch.rs)."""

    _fields_ = (("records", ctypes.c_int64), ("requests", ctypes.c_int64), ("rest", ctypes.c_int64))


class _Column(ctypes.Structure):
    _fields_ = (("first", ctypes.c_void_p), ("bytes", ctypes.c_size_t))


class _Held(ctypes.Structure):
    _fields_ = (("generation", ctypes.c_int64), ("count", ctypes.c_int64))


class _Named(ctypes.Structure):
    _fields_ = (("project_id", ctypes.c_int64), ("text", _Column))


def checksum() -> str:
    """Of the sources, as they are now."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.glob("*.rs")):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def library() -> ctypes.CDLL | None:
    """The library; None, and why is in the log, if there is none that was built from these sources."""
    if not STAMP.exists() or not STAMP.read_text().startswith(checksum()):
        event(log, logging.WARNING, "quick_reader_not_built", path=str(LIBRARY))
        return None
    try:
        return _typed(ctypes.CDLL(str(LIBRARY)))
    except (OSError, AttributeError) as error:  # it was removed or cut off
        event(log, logging.ERROR, "quick_reader_unusable", path=str(LIBRARY), error=str(error))
        return None


def _typed(found: ctypes.CDLL) -> ctypes.CDLL:
    """With the types of collector/scan/lib.rs."""
    pointer, number, size = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_size_t
    for name, restype, *argtypes in (
        ("book_new", pointer, size),
        ("book_free", None, pointer),
        ("book_held", _Held, pointer, number),
        ("book_name", _Named, pointer, number, ctypes.c_int64),
        ("scan_new", pointer, pointer),
        ("scan_free", None, pointer),
        ("scan_take", ctypes.c_bool, pointer, pointer, ctypes.c_char_p, size, ctypes.POINTER(Taken)),
        ("scan_column", _Column, pointer, number),
    ):
        function = getattr(found, name)
        function.restype, function.argtypes = restype, argtypes
    return found


class Book:
    """The names of a reader, of each kind by number; freed with the last that uses it."""

    def __init__(self, native: ctypes.CDLL, most: int) -> None:
        self._native = native
        self.pointer: Any = ctypes.c_void_p(native.book_new(most))

    def __del__(self) -> None:
        self._native.book_free(self.pointer)

    def held(self, kind: int) -> tuple[int, int]:
        """How often names of a kind were forgotten, and how many there are."""
        held = self._native.book_held(self.pointer, kind)
        return held.generation, held.count

    def name(self, kind: int, number: int) -> tuple[int, str]:
        """The project and text of a number that there is."""
        found = self._native.book_name(self.pointer, kind, number)
        return found.project_id, _bytes(found.text).decode()


class NativeBatch:
    """A batch that the library reads into, of a book's names."""

    def __init__(self, native: ctypes.CDLL, book: Book) -> None:
        self._native, self._book = native, book
        self._batch: Any = ctypes.c_void_p(native.scan_new(book.pointer))

    def __del__(self) -> None:
        self._native.scan_free(self._batch)

    def take(self, payload: bytes) -> Taken | None:
        """Read an entry; None if that failed half-way, and the batch is of no use any more."""
        taken = Taken()
        done = self._native.scan_take(self._batch, self._book.pointer, payload, len(payload), ctypes.byref(taken))
        return taken if done else None

    def column(self, number: int) -> bytes:
        """A copy of the column of this number."""
        return _bytes(self._native.scan_column(self._batch, number))


def _bytes(column: _Column) -> bytes:
    return ctypes.string_at(column.first, column.bytes)
