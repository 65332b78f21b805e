"""How a page looks: its latest snapshot, its elements and where they were last seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from storage import columns
from storage.devices import DEVICE_CODES
from storage.postgres import Connection, statement

_STORED_BOX: Final = np.dtype([("element_id", ">i8"), ("box", ">i4", 5)])  # as Postgres sends it


@dataclass(frozen=True, slots=True)
class Box:
    """An element's place on the page in CSS pixels, seen in a viewport of `viewport_w`."""

    x: int
    y: int
    w: int
    h: int
    viewport_w: int


@dataclass(frozen=True, slots=True)
class Layout:
    """`elements`: id → (selector, label); `boxes`: id → Box; `width`, `height`: the snapshot's viewport, or 0."""

    elements: dict[int, tuple[str, str]]
    boxes: dict[int, Box]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """Content address and viewport (CSS pixels) of a page's snapshot."""

    hash: str
    width: int
    height: int
    captured_at: dt.datetime


def snapshot(connection: Connection, project_id: int, page_id: int, device: str | None) -> SnapshotRow | None:
    """The newest snapshot of the page on `device`, else on any device; None if there is none."""
    row = connection.execute(
        "SELECT hash, width, height, captured_at FROM page_snapshots WHERE project_id = %s AND page_id = %s"
        " ORDER BY device = %s DESC, captured_at DESC LIMIT 1",
        (project_id, page_id, DEVICE_CODES[device or "desktop"]),
    ).fetchone()
    return SnapshotRow(*row) if row else None


def read(connection: Connection, project_id: int, page_id: int, device: str | None, element_ids: list[int]) -> Layout:
    """The elements with these ids and their boxes on `device` (any device if None)."""
    elements = {
        element_id: (selector, text)
        for element_id, selector, text in connection.execute(
            "SELECT element_id, selector, text FROM elements WHERE project_id = %s AND element_id = ANY(%s)",
            (project_id, element_ids),
        ).fetchall()
    }
    boxes = {
        element_id: Box(*box)
        for element_id, *box in connection.execute(
            "SELECT element_id, x, y, w, h, viewport_w FROM element_boxes WHERE project_id = %s AND page_id = %s"
            " AND element_id = ANY(%s) AND (%s::smallint IS NULL OR device = %s) ORDER BY device DESC",
            (project_id, page_id, element_ids, *(2 * [DEVICE_CODES[device] if device else None])),
        ).fetchall()
    }
    newest = snapshot(connection, project_id, page_id, device)
    return Layout(elements, boxes, newest.width if newest else 0, newest.height if newest else 0)


class BoxRow(NamedTuple):
    """Where an element was seen, in CSS pixels of a page in a viewport of `viewport_w`."""

    project_id: int
    page_id: int
    device: int
    element_id: int
    x: int
    y: int
    w: int
    h: int
    viewport_w: int


class NewSnapshot(NamedTuple):
    """A page's new picture: content address, viewport in CSS pixels, when it was taken (unix ms)."""

    project_id: int
    page_id: int
    device: int
    hash: str
    width: int
    height: int
    captured_ms: int
    assets: tuple[int, ...]


class StoredBoxes(NamedTuple):
    """The boxes of pages, page by page: so many of each; those without a box are left out."""

    pages: list[tuple[int, int, int]]  # project, page, device
    lengths: list[int]
    elements: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]  # shape (n, 5): x, y, w, h, viewport_w


def boxes(connection: Connection, pages: Sequence[tuple[int, int, int]]) -> StoredBoxes:
    """All boxes of (project, page, device)."""
    project_id, page_id, device = ([page[at] for page in pages] for at in range(3))
    with connection.cursor(binary=True) as cursor:
        found = cursor.execute(
            statement("page_layouts.boxes"),
            {
                "project_id": columns.numbers(project_id),
                "page_id": columns.numbers(page_id),
                "device": columns.numbers(device),
            },
        ).fetchall()
    cells = np.frombuffer(b"".join(packed for _, packed in found), _STORED_BOX)
    return StoredBoxes(
        [pages[number - 1] for number, _ in found],
        [len(packed) // _STORED_BOX.itemsize for _, packed in found],
        cells["element_id"].astype(np.int64),
        cells["box"].astype(np.int64),
    )


def put_boxes(connection: Connection, boxes: Iterable[BoxRow]) -> None:
    """Note where elements were last seen; rows are taken in order of their key."""
    rows = sorted(boxes)
    if rows:
        names = BoxRow._fields
        connection.execute(
            statement("page_layouts.put_boxes"),
            {name: columns.numbers(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)},
        )


def snapshot_ages(connection: Connection, pages: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int, int], int]:
    """When the snapshots of (project, page, device) were taken, unix ms; those without one are left out."""
    if not pages:
        return {}
    project_id, page_id, device = (columns.numbers(column) for column in zip(*pages, strict=True))
    rows = connection.execute(
        statement("page_layouts.snapshot_ages"), {"project_id": project_id, "page_id": page_id, "device": device}
    ).fetchall()
    return {(project, page, kind): int(captured) for project, page, kind, captured in rows}


def put_snapshots(connection: Connection, snapshots: Iterable[NewSnapshot]) -> None:
    """Name the newest pictures of pages, whose blobs are there already; an older picture replaces none."""
    rows = sorted(snapshots)
    if rows:
        connection.execute(
            statement("page_layouts.put_snapshots"),
            {
                "project_id": columns.numbers(row.project_id for row in rows),
                "page_id": columns.numbers(row.page_id for row in rows),
                "device": columns.numbers(row.device for row in rows),
                "hash": columns.words(row.hash for row in rows),
                "width": columns.numbers(row.width for row in rows),
                "height": columns.numbers(row.height for row in rows),
                "captured_ms": columns.numbers(row.captured_ms for row in rows),
                "assets": columns.texts(columns.numbers(row.assets) if row.assets else "" for row in rows),
            },
        )
