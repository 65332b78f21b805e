"""Heatmaps: where on a page people clicked, tapped, moved and how far they scrolled."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.queries.filters import Filters, matching_sessions
from dashboard.queries.periods import Period
from dashboard.services import current
from storage import assets, heat_days, page_layouts, page_traffic
from storage.devices import DEVICE_CODES
from storage.facts import FactKind
from storage.heat import HEAT_OF_FACT, POINTS, HeatKind, Points, merge
from storage.session_index import Device

HeatmapKind = Literal["click", "tap", "rage", "dead", "error", "move", "scroll"]
FACT_KINDS = {
    "click": FactKind.CLICK,
    "tap": FactKind.TAP,
    "rage": FactKind.RAGE,
    "dead": FactKind.DEAD,
    "error": FactKind.ERROR,
}
POINT_KINDS = {name: HEAT_OF_FACT[kind] for name, kind in FACT_KINDS.items()} | {"move": HeatKind.MOVE}
DEFAULT_WIDTHS = {"desktop": 1440, "tablet": 820, "mobile": 390}


class UnknownPage(LookupError):
    """The project has no page of this id or address."""


class NotFilterable(ValueError):
    """This kind of heatmap can't be cut down to some sessions."""


class Element(msgspec.Struct, frozen=True):
    """An element and its part of all points of the map."""

    selector: str
    text: str
    count: int
    share: float


class Heatmap(msgspec.Struct, frozen=True):
    """A page's heatmap over whole days (UTC).

    `points`: [x, y, count] in CSS pixels of a layout `width` wide, from where each element was last seen on that kind
    of device; `on_elements`: [selector, fx, fy, count] with fx, fy from 0 to 255 of the element's box, for a view that
    has the page itself; `unplaced`: points whose element has not been seen with a box; `scroll`: [depth in %, views
    that went at least so deep].
    """

    page: int
    url: str
    title: str
    kind: HeatmapKind
    device: Device | None
    views: int
    total: int
    placed: int
    unplaced: int
    width: int
    height: int
    elements: list[Element]
    points: list[tuple[int, int, int]]
    on_elements: list[tuple[str, int, int, int]]
    scroll: list[tuple[int, int]]
    as_of: dt.datetime


def _filtered_points(
    access: Access, page_id: int, kind: HeatmapKind, period: Period, device: Device | None, sessions: list[uuid.UUID]
) -> Points:
    """The points of these sessions only, from the facts; shape (n,), dtype POINTS."""
    if kind not in FACT_KINDS:
        raise NotFilterable("A map of mouse movement covers all sessions; filters work for click, tap and scroll.")
    facts = current().facts.read(
        access.project_id,
        period.first_day,
        period.last_day,
        ["session", "kind", "device", "page_id", "element_id", "fx", "fy"],
    )
    keep = pc.and_(pc.equal(facts["page_id"], page_id), pc.equal(facts["kind"], int(FACT_KINDS[kind])))
    if device:
        keep = pc.and_(keep, pc.equal(facts["device"], DEVICE_CODES[device]))
    facts = facts.filter(keep)
    wanted = pa.array([session.bytes for session in sessions], pa.binary(16))
    facts = facts.filter(pc.is_in(facts["session"], value_set=wanted))
    points = np.empty(facts.num_rows, POINTS)
    points["element_id"] = facts["element_id"].to_numpy()
    for axis in ("fx", "fy"):
        points[axis] = np.minimum(facts[axis].to_numpy().astype(np.int64) * 255 // 10_000, 255)
    points["count"] = 1
    return merge([points])


def _reached(depths: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Views that went at least to each 5 % mark, from views that went exactly so deep."""
    return [(mark, sum(n for depth, n in depths if depth >= mark)) for mark in range(0, 101, 5)]


@cached(Heatmap)
def heatmap(
    access: Access,
    page: str,
    kind: HeatmapKind,
    period: Period,
    device: Device | None = None,
    filters: Filters | None = None,
    width: int | None = None,
) -> Heatmap:
    """The heatmap of a page, named by its id or address. Raises UnknownPage, NotFilterable."""
    services = current()
    first, last = period.first_day, period.last_day
    with services.database.transaction(access.projects) as connection:
        found = page_traffic.page_by(connection, access.project_id, page)
    if found is None:
        raise UnknownPage(f"The project has no page {page!r}.")
    page_id, address, title = found
    sessions = matching_sessions(access, period, filters)
    if kind == "scroll":
        points = np.empty(0, POINTS)
    elif sessions is None:
        points = heat_days.read(services.database, access.project_id, page_id, POINT_KINDS[kind], first, last, device)
    else:
        points = _filtered_points(access, page_id, kind, period, device, sessions)
    with services.database.transaction(access.projects) as connection:
        views, depths = page_traffic.depth(connection, access.project_id, page_id, first, last, device, sessions)
        ids = [int(element) for element in np.unique(points["element_id"])]
        layout = page_layouts.read(connection, access.project_id, page_id, device, ids)
    width = width or layout.width or DEFAULT_WIDTHS[device or "desktop"]
    return Heatmap(
        page=page_id,
        url=address,
        title=title,
        kind=kind,
        device=device,
        views=views,
        width=width,
        scroll=_reached(depths) if kind == "scroll" else [],
        as_of=dt.datetime.now(dt.UTC),
        **_place(points, layout, width),
    )


def _place(points: Points, layout: page_layouts.Layout, width: int) -> dict[str, Any]:
    """The parts of a Heatmap that follow from its points and where the page's elements lie."""
    counts: dict[int, int] = {}
    placed: dict[tuple[int, int], int] = {}
    on_elements: list[tuple[str, int, int, int]] = []
    unplaced = 0
    height = layout.height
    for element_id, fx, fy, count in points.tolist():
        counts[element_id] = counts.get(element_id, 0) + count
        selector, _ = layout.elements.get(element_id, ("", ""))
        on_elements.append((selector, fx, fy, count))
        box = layout.boxes.get(element_id)
        if box is None or box.w <= 0 or box.h <= 0:
            unplaced += count
            continue
        scale = width / box.viewport_w if box.viewport_w else 1.0
        x, y = round((box.x + box.w * fx / 255) * scale), round(box.y + box.h * fy / 255)
        placed[x, y] = placed.get((x, y), 0) + count
        height = max(height, box.y + box.h)
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return {
        "total": total,
        "placed": total - unplaced,
        "unplaced": unplaced,
        "height": height,
        "elements": [
            Element(*layout.elements.get(element_id, ("", "")), count, round(count / total, 4))
            for element_id, count in ranked
        ],
        "points": [(x, y, count) for (x, y), count in placed.items()],
        "on_elements": on_elements,
    }


class Snapshot(msgspec.Struct, frozen=True):
    """A page's latest full snapshot: the rrweb event (type 2), the viewport that it was taken in, and what is stored of
    the addresses that it shows."""

    event: msgspec.Raw
    width: int
    height: int
    captured_at: dt.datetime
    assets: dict[str, str]


def snapshot(access: Access, page_id: int, device: Device | None = None) -> Snapshot | None:
    """The backdrop of a page's heatmap; of any device if there is none of `device`. None: no recording has seen it."""
    access.demand("read")
    services = current()
    with services.database.transaction(access.projects) as connection:
        found = page_layouts.snapshot(connection, access.project_id, page_id, device)
        if found is None:
            return None
        stored = assets.of_snapshot(connection, access.project_id, found.hash)
    packed = services.blobs.get(f"snapshots/{access.project_id}/{found.hash}.json.zst")
    event = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    return Snapshot(msgspec.Raw(event), found.width, found.height, found.captured_at, stored)
