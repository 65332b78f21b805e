"""Closed recordings become packs: what the API tells of them stays the same, and what they share is kept once."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from door import Door, Site, Visitor, events, new_site, until
from public_api import PublicApi
from recorded_visit import HOME, page
from running_stack import Stack
from stored import Stored, end_sessions

from storage.blobs import BlobStore, open_blobs
from storage.postgres import Database
from storage.recording_strings import sweep

NOW, OLD = dt.timedelta(0), dt.timedelta(days=3)
CSS = "".join(f".shop-{number} > a:hover {{ color: #{number:06x} }}\n" for number in range(400))


@dataclass
class Shop:
    """A site, and what is stored of it."""

    stack: Stack
    site: Site
    stored: Stored
    api: PublicApi
    blobs: BlobStore

    def events(self, session: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get(f"/recordings/{session}/events")["events"]
        return found

    def is_smaller(self, path: str, most: float) -> bool:
        return bool(self.api.get(path)["bytes"] < most)

    def keys(self, folder: str) -> list[str]:
        return [key.rpartition("/")[2] for key, _ in self.blobs.list(f"{folder}/{self.site.project_id}/")]

    def until_packed(self) -> None:
        end_sessions(self.stack, self.site.project_id)
        waiting = "SELECT count(*) FROM recordings WHERE project_id = %s AND packed_at IS NULL"
        until(lambda: self.stored.rows(waiting) == [(0,)], "all recordings to be packed")

    def uses(self) -> dict[int, int]:
        """How many recordings name a string, by its length."""
        return dict(self.stored.rows("SELECT raw_bytes, uses FROM recording_strings WHERE project_id = %s"))


@pytest.fixture
def shop(stack: Stack) -> Shop:
    site = new_site(stack)
    api = PublicApi(stack, site.project_id, site.api_key)
    return Shop(stack, site, Stored(stack, site), api, open_blobs(stack.settings))


def snapshot(at: int, css: str, text: str) -> list[dict[str, Any]]:
    cells = [{"type": 3, "textContent": f"{text} {number}", "id": 4 + number} for number in range(300)]
    style = {"type": 2, "tagName": "style", "attributes": {"_cssText": css}, "childNodes": [], "id": 2}
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": cells, "id": 3}
    return [
        {"type": 4, "timestamp": at, "data": {"href": HOME, "width": 1280, "height": 800}},
        {"type": 2, "timestamp": at + 1, "data": {"node": {"type": 0, "childNodes": [style, body], "id": 1}}},
    ]


def visit(shop: Shop, css: str = CSS, text: str = "Boots", number: int = 0, visitor: Visitor | None = None) -> str:
    """A visit with one chunk of recording; gives its session."""
    visitor = visitor or Visitor()
    door = Door(shop.stack)
    at = int(time.time() * 1000) - 5_000 + number * 1_000
    moved = {"type": 3, "timestamp": at + 300, "data": {"source": 3, "id": 1, "x": 0, "y": 70 * number}}
    chunk = [*snapshot(at, css, text), moved]
    for path, body in (
        (f"/c/e?{visitor.query(shop.site.key, number)}", events(page(HOME, at))),
        (f"/c/r?{visitor.query(shop.site.key, number)}", json.dumps(chunk, separators=(",", ":")).encode()),
    ):
        assert door.send(path, body).status == 204
    door.close()
    until(
        lambda: shop.stored.rows(
            "SELECT 1 FROM recording_chunks WHERE project_id = %s AND session_id = %s AND seq = %s",
            visitor.session,
            number,
        ),
        "the chunk to be stored",
    )
    return str(uuid.UUID(visitor.session))


def test_packed_recordings_tell_the_same_and_share_what_they_have_in_common(shop: Shop) -> None:
    sessions = [visit(shop) for _ in range(6)]
    before = {session: shop.events(session) for session in sessions}
    receipts = {session: shop.api.get(f"/recordings/{session}") for session in sessions}
    taken = sum(size for _, size in shop.blobs.list(f"recordings/{shop.site.project_id}/"))
    shop.until_packed()
    assert {session: shop.events(session) for session in sessions} == before
    for session in sessions:
        smaller = receipts[session]["bytes"] / 2
        path = f"/recordings/{session}"
        # What the dashboard knows of a session it believes for a moment.
        until(partial(shop.is_smaller, path, smaller), "the pack to be told")
        receipt = shop.api.get(path)
        for name in ("chunks", "raw_bytes", "gaps", "begins_ms", "page_views"):
            assert receipt[name] == receipts[session][name], name
    until(lambda: shop.keys("recordings") == ["pack-0001.zst"] * 6, "the chunks to be gone")
    assert shop.stored.rows("SELECT count(*) FROM recording_chunks WHERE project_id = %s") == [(0,)]
    assert shop.uses() == {len(json.dumps(CSS)) - 2: 6}
    assert len(shop.keys("shared")) == 2, "a string and a dictionary"
    kept = sum(
        size for room in ("recordings", "shared") for _, size in shop.blobs.list(f"{room}/{shop.site.project_id}/")
    )
    assert kept < taken / 2


def test_what_comes_after_packing_is_told_and_packed_again(shop: Shop) -> None:
    visitor = Visitor()
    session = visit(shop, visitor=visitor)
    shop.until_packed()
    first = shop.events(session)
    visit(shop, number=2, visitor=visitor, css=CSS + "a{}")
    both = shop.events(session)
    assert both[:3] == first
    assert len(both) == 6
    shop.until_packed()
    assert shop.events(session) == both
    until(lambda: shop.keys("recordings") == ["pack-0002.zst"], "the first pack to be gone")
    receipt = shop.api.get(f"/recordings/{session}")
    assert (receipt["chunks"], receipt["gaps"][0]["missing"]) == (2, 1)
    assert set(shop.uses().values()) == {1}


def test_removed_recording_takes_along_what_no_other_names(shop: Shop, stack: Stack) -> None:
    own = "/* only here */" * 400
    gone, kept = visit(shop, css=own), visit(shop)
    visit(shop)
    shop.until_packed()
    before = shop.events(kept)
    shop.api.delete(f"/recordings/{gone}")
    assert shop.uses() == {len(own): 0, len(json.dumps(CSS)) - 2: 2}
    database = Database(stack.settings, "worker", size=2)
    assert sweep(database, shop.blobs, unused_for=OLD) == 0, "a tracker may still name it"
    assert sweep(database, shop.blobs, unused_for=NOW) >= 1
    database.close()
    assert shop.uses() == {len(json.dumps(CSS)) - 2: 2}
    assert len(shop.keys("shared")) == 1
    assert len(shop.keys("recordings")) == 2
    assert shop.events(kept) == before


def test_recording_whose_bytes_are_gone_stays_as_it_is(shop: Shop) -> None:
    session, whole = visit(shop), visit(shop)
    key = shop.stored.rows("SELECT blob_key FROM recording_chunks WHERE project_id = %s AND session_id = %s", session)[
        0
    ][0]
    shop.blobs.delete([key])
    shop.until_packed()
    assert shop.events(session) == []
    assert shop.api.get(f"/recordings/{session}")["gaps"][0]["kind"] == "blob_missing"
    assert len(shop.events(whole)) == 3


def test_pack_that_an_attempt_left_behind_is_written_again(shop: Shop) -> None:
    session = visit(shop)
    before = shop.events(session)
    folder = shop.stored.rows("SELECT blob_key FROM recording_chunks WHERE project_id = %s")[0][0].rpartition("/")[0]
    shop.blobs.put(f"{folder}/pack-0001.zst", b"of a worker that was killed")
    shop.until_packed()
    assert shop.events(session) == before
