"""The worker's second look: what is sure to be personal becomes stars, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collector.worker.scrub import recorded, words

PERSONAL = [
    "ada.lovelace+shop@mail.example.com",
    "ada%40mail.example",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "378282246310005",
    "+49 (0)30 12345678",
    "+1 555 0100 200",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
]
NOT_PERSONAL = [
    "4111 1111 1111 1112",
    "2026-11-25 10:30:00",
    "DE00 3704 0044 0532 0130 00",
    "1,234,567.89",
    "3.14159265358979323846",
    "Order 4711 of 2026",
    "retina@2x",
    "icons/retina@2x.png",
    "+12",
]


@pytest.mark.parametrize("one", PERSONAL)
def test_what_is_personal_becomes_stars_of_its_length(one: str) -> None:
    told = words(f"Write to {one} today")
    assert told.startswith("Write to *")
    assert told.endswith("* today")
    assert len(told) == len(f"Write to {one} today")
    assert not any(piece in told for piece in one.split())


@pytest.mark.parametrize("one", NOT_PERSONAL)
def test_what_only_looks_like_it_stays(one: str) -> None:
    assert words(one) == one


def node(**more: Any) -> dict[str, Any]:
    return {"type": 2, "tagName": "p", "attributes": {}, "childNodes": [], "id": 1, **more}


def scrubbed(data: Any) -> Any:
    return json.loads(recorded(json.dumps(data).encode()))


def test_a_recording_is_scrubbed_where_it_is_read() -> None:
    secret = PERSONAL[0]
    told = scrubbed(
        {
            "source": 0,
            "texts": [{"id": 4, "value": f"Hello {secret}"}],
            "attributes": [{"id": 5, "attributes": {"title": secret, "data-user": secret, "class": "a@b.cd"}}],
            "adds": [
                {"parentId": 1, "node": node(childNodes=[{"type": 3, "textContent": f"to {secret}", "id": 2}])},
                {"parentId": 1, "node": node(attributes={"value": secret, "placeholder": secret})},
            ],
            "removes": [],
        }
    )
    assert secret not in json.dumps(told)
    assert told["attributes"][0]["attributes"]["class"] == "a@b.cd"
    assert scrubbed({"source": 5, "text": secret, "isChecked": False, "id": 3})["text"] == "*" * len(secret)


def test_addresses_styles_and_shapes_stay_as_they_are() -> None:
    data = {
        "node": node(
            attributes={"src": "https://cdn.example/logo@2x.png", "href": "/a@b.cd", "style": "--a:'x@y.zz'"},
            childNodes=[
                node(tagName="style", childNodes=[{"type": 3, "textContent": "a{--b:'a@b.cd'}", "id": 2}]),
                node(tagName="path", attributes={"d": "M4111 1111 1111 1111"}),
            ],
        )
    }
    assert scrubbed(data) == data


@pytest.mark.parametrize("broken", [b"", b"{", b"@@@@", b"\xff@", b'{"a":"\xff@"}', b"[" * 5_000 + b"@"])
def test_what_can_not_be_read_is_left_to_who_reads_it(broken: bytes) -> None:
    assert recorded(broken) == broken


@pytest.mark.parametrize("run", ["a", "1", "-", "1 ", "a.", "AB12", "+1"])
def test_long_runs_of_anything_are_looked_through_once(run: str) -> None:
    """A quadratic search would need hours for these, and the test's time would be up."""
    for text in (run * 100_000, run * 100_000 + " @", "@" + run * 100_000, run * 100_000 + "@"):
        assert len(words(text)) == len(text)


@given(some.text())
def test_text_without_anything_personal_is_the_same(text: str) -> None:
    plain = text.translate({ord(one): None for one in "@%+"} | dict.fromkeys(range(48, 58)))
    assert words(plain) == plain
