"""Late requests of those whose data was erased are told from all others."""

from __future__ import annotations

import json
from typing import Any

from collector.records import Record
from collector.worker.decode import Request, Sourced, decode
from collector.worker.late import Late
from storage.erasures import Erased, hashed

AT = 1_800_000_000_000
SALT = b"salt"
PAGE = {"k": "page", "t": AT, "url": "https://shop.example/a", "nav": "load", "vw": 1280, "vh": 800, "dh": 2400}


def request(visitor: str, received: int, project: int = 1, *events: dict[str, Any]) -> Request:
    query = f"v=1&k=abcdefgh&s={'5e' * 16}&p={7:012x}&n=0&u={visitor}&t={AT}".encode()
    body = json.dumps({"e": events or (PAGE,)}).encode()
    decoded = decode([Sourced(0, "1-1", 0, Record("e", project, 2, received, "00" * 8, b"", query, body))])
    return decoded.requests[0]


def late(kind: Any, name: str) -> Late:
    known = Late(None)  # type: ignore[arg-type]
    own = hashed(SALT, name)
    known.know([Erased(1, kind, AT, SALT, own, frozenset([own]))])
    return known


def test_only_what_came_before_of_that_visitor_and_project_is_dropped() -> None:
    theirs, others = "0b" * 16, "0c" * 16
    before, after = request(theirs, AT), request(theirs, AT + 1)
    elsewhere, other = request(theirs, AT, 2), request(others, AT)
    kept, dropped = late("visitor", theirs).split([before, after, elsewhere, other])
    assert dropped == [before]
    assert kept == [after, elsewhere, other]


def test_who_is_named_by_one_request_takes_the_others_of_the_batch_along() -> None:
    who = {"k": "identify", "t": AT, "id": "jane", "traits": {}}
    named, beside = request("0d" * 16, AT - 5, 1, PAGE, who), request("0d" * 16, AT - 9)
    other = request("0e" * 16, AT - 5, 1, {**who, "id": "john"})
    kept, dropped = late("user", "jane").split([named, beside, other])
    assert dropped == [named, beside]
    assert kept == [other]


def test_without_an_erasure_all_is_kept() -> None:
    one = request("0d" * 16, AT)
    known = Late(None)  # type: ignore[arg-type]
    assert known.split([one]) == ([one], [])
