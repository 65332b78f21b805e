"""`GET /h/<key>.js` and the hashed files that it names, as the edge serves them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from door import Door, new_site
from running_stack import Stack


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


def test_loader_of_a_known_key_holds_its_configuration(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    answer = door.get(f"/h/{site.key}.js")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("max-age=60, stale-while-revalidate=")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{16}", answer.request_id)
    text = answer.body.decode()
    assert site.key in text
    assert stack.edge in text
    assert "__HEATWAKE_CONFIG__" not in text
    assert door.get(f"/h/{site.key}.js?x=1").body == answer.body


@pytest.mark.parametrize("key", ["0" * 16, "abcdefgh", "a" * 32])
def test_loader_of_an_unknown_key_does_nothing_and_says_so(door: Door, key: str) -> None:
    answer = door.get(f"/h/{key}.js")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert re.fullmatch(r"/\*[^*]*\*/\n", answer.body.decode())
    assert "max-age=5" in answer.headers["Cache-Control"]


def test_tracker_files_are_immutable_and_precompressed(stack: Stack, door: Door) -> None:
    loader = door.get(f"/h/{stack.project['site_key']}.js").body.decode()
    [names] = re.findall(r"/t/([0-9a-f]{12}-\*\.js)", loader)
    for name in (names.replace("*", number) for number in "123"):
        packed = door.get(f"/t/{name}", **{"Accept-Encoding": "gzip"})
        plain = door.get(f"/t/{name}")
        assert (packed.status, plain.status) == (200, 200)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert plain.headers["Content-Encoding"] is None
        assert gzip.decompress(packed.body) == plain.body
        for answer in (packed, plain):
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Content-Type"].startswith("text/javascript")
            assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/t/",
        "/t/0123456789ab-1.js",
        "/t/0123456789ab-4.js",
        "/t/manifest.json",
        "/t/../loader.js",
        "/t/%2e%2e/package.json",
    ],
)
def test_nothing_else_is_served_beside_them(door: Door, path: str) -> None:
    assert door.get(path).status in (400, 404)
