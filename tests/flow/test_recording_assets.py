"""Pictures of recorded pages: told with every way of reading a recording, also when it is packed, and gone with it."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from askers import Asker, program
from door import Door, Site, Visitor, events, until
from recorded_visit import HOME, page
from running_stack import Stack
from stored import Stored

from bench.corpus.site import CorpusSite, serving
from storage.blobs import open_blobs

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def pictures() -> Iterator[CorpusSite]:
    """A server of pictures; each path of `own` is another content."""
    with serving(Path("/nonexistent")) as served:
        served.own = {f"/{name}.png": PNG + name.encode() for name in ("logo", "one", "two")}
        yield served


def send(stack: Stack, site: Site, addresses: list[str]) -> str:
    """A visit whose page shows these pictures, all but the first a moment later; gives its session."""
    at = int(time.time() * 1000) - 5_000
    shown = [
        {"type": 2, "tagName": "img", "attributes": {"src": one}, "childNodes": [], "id": 10 + number}
        for number, one in enumerate(addresses)
    ]
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": shown[:1], "id": 3}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [body], "id": 2}
    adds = [{"parentId": 3, "nextId": None, "node": one} for one in shown[1:]]
    chunk: list[dict[str, Any]] = [
        {"type": 4, "timestamp": at, "data": {"href": HOME, "width": 1280, "height": 800}},
        {"type": 2, "timestamp": at + 1, "data": {"node": {"type": 0, "childNodes": [html], "id": 1}}},
        {
            "type": 3,
            "timestamp": at + 300,
            "data": {"source": 0, "adds": adds, "removes": [], "texts": [], "attributes": []},
        },
    ]
    visitor, door = Visitor(), Door(stack)
    for path, sent in (
        (f"/c/e?{visitor.query(site.key)}", events(page(HOME, at))),
        (f"/c/r?{visitor.query(site.key)}", json.dumps(chunk, separators=(",", ":")).encode()),
    ):
        assert door.send(path, sent).status == 204
    door.close()
    return str(uuid.UUID(visitor.session))


def pack(stack: Stack, site: Site, stored: Stored) -> None:
    """All sessions of the project are over, and packed."""
    with psycopg.connect(stack.settings.dsn("worker")) as connection:
        where = (site.project_id,)
        connection.execute("UPDATE sessions SET closed_at = now() WHERE project_id = %s", where)
        connection.execute("UPDATE recordings SET ended_at = ended_at - interval '2h' WHERE project_id = %s", where)
    waiting = "SELECT count(*) FROM recordings WHERE project_id = %s AND packed_at IS NULL"
    until(lambda: stored.rows(waiting) == [(0,)], "all recordings to be packed")
    assert stored.rows("SELECT count(*) FROM recording_chunks WHERE project_id = %s") == [(0,)]


def told(api: Asker, path: str, addresses: list[str]) -> dict[str, str]:
    """What the pieces tell of these addresses, as soon as they tell of all."""

    def assets() -> dict[str, str] | None:
        found: dict[str, str] = api.get(f"{path}/pieces", from_ms=0).json.get("assets", {})
        return found if found.keys() == set(addresses) else None

    found: dict[str, str] = until(assets, f"{addresses} to be kept")
    return found


def kept(stack: Stack, site: Site) -> set[str]:
    return {key.rpartition("/")[2] for key, _ in open_blobs(stack.settings).list(f"assets/{site.project_id}/")}


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_pictures_are_told_with_the_recording_and_go_with_the_last_that_shows_them(
    stack: Stack, site: Site, stored: Stored, pictures: CorpusSite, packed: bool
) -> None:
    api = program(stack, site.api_key)
    logo, one, two, gone = (f"{pictures.origin}/{name}.png" for name in ("logo", "one", "two", "gone"))
    first, second = send(stack, site, [logo, one, gone]), send(stack, site, [logo, two])
    paths = [f"/projects/{site.project_id}/recordings/{session}" for session in (first, second)]
    names = told(api, paths[0], [logo, one]) | told(api, paths[1], [logo, two])
    assert kept(stack, site) == set(names.values())

    if packed:
        pack(stack, site, stored)
    assert told(api, paths[0], [logo, one]) == {logo: names[logo], one: names[one]}
    assert api.get(f"{paths[0]}/events").json["assets"] == {logo: names[logo], one: names[one]}
    until(lambda: api.get(paths[0]).json["missing_assets"], "the picture that is not there to be told")
    lacking = api.get(paths[0]).json["missing_assets"]
    assert [(each["kind"], each["count"], each["addresses"]) for each in lacking] == [("unreachable", 1, [gone])]
    assert api.get(paths[1]).json["missing_assets"] == []

    link = api.ask("POST", f"/api/v1{paths[1]}/links", {"start_ms": 0, "days": 1}).json["address"]
    with urllib.request.urlopen(f"{link}/pieces") as answer:
        assert json.load(answer)["assets"] == {logo: names[logo], two: names[two]}
    with urllib.request.urlopen(f"{link}/assets/{names[two]}") as answer:
        assert answer.read() == PNG + b"two"
    file = api.get(f"{paths[1]}/export").body.decode()
    for name in ("logo", "two"):
        data = base64.b64encode(PNG + name.encode()).decode()
        assert f'"{pictures.origin}/{name}.png":"data:image/png;base64,{data}"' in file

    assert api.ask("DELETE", f"/api/v1{paths[0]}").status == 204
    assert kept(stack, site) == {names[logo], names[two]}
    assert stored.rows("SELECT 1 FROM assets WHERE project_id = %s AND address = ANY(%s)", [one, gone]) == []
    assert told(api, paths[1], [logo, two]) == {logo: names[logo], two: names[two]}
