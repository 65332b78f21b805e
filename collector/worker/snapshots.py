"""Which of a batch's pictures become the backdrop of their page's heatmap. Pure.

One picture a page and device is kept. It is taken anew when the old one is older than an hour; one from the beginning
of a page view goes before one from later on, which may show a menu that somebody opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from collector.worker.asset_addresses import shown_in
from collector.worker.chunks import Blob, Picture, pack_snapshot
from storage.assets import address_hash
from storage.page_layouts import NewSnapshot
from storage.removal import pictures

KEPT_MS: Final = 3_600_000

PageKey = tuple[int, int, int]  # project, page, device


def page_of(picture: Picture, pages: Mapping[tuple[int, str], int]) -> PageKey | None:
    """Whose picture it is: its page view's page, or if that is not known yet the page that the recording names."""
    session = picture.view.session_
    page_id = picture.view.page_id or pages.get((session.project_id, picture.address))
    return (session.project_id, page_id, session.device) if page_id else None


def choose(pictures: Iterable[tuple[PageKey, Picture]], ages: Mapping[PageKey, int]) -> dict[PageKey, Picture]:
    """The pictures to keep. `ages`: when the pictures were taken that are kept already, unix ms."""
    best: dict[PageKey, Picture] = {}
    for page, picture in pictures:
        kept = ages.get(page)
        if kept is not None and (not picture.first or picture.at - kept < KEPT_MS):
            continue
        other = best.get(page)
        if other is None or (picture.first, picture.at) > (other.first, other.at):
            best[page] = picture
    return best


def packed(
    chosen: Mapping[PageKey, Picture], whole: Callable[[int, bytes], bytes]
) -> tuple[list[NewSnapshot], list[Blob]]:
    """The rows and blobs of the chosen pictures; a page that gives no viewport takes its page view's.

    `whole` gives a project's event with the strings that its tracker only named: a picture outlives recordings.
    """
    rows: list[NewSnapshot] = []
    blobs: list[Blob] = []
    for (project_id, page_id, device), picture in chosen.items():
        event = whole(project_id, picture.event)
        address, data = pack_snapshot(pictures.snapshot_event(event))
        blobs.append(Blob(pictures.blob_key(project_id, address), data, ""))
        width, height = picture.width or picture.view.viewport_w, picture.height or picture.view.viewport_h
        shown = tuple(map(address_hash, shown_in([event])))
        rows.append(NewSnapshot(project_id, page_id, device, address, width, height, picture.at, shown))
    return rows, blobs
