"""Health, figures and logs of the collector: what an operator sees, and what nobody is to see there."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator

import pytest
from documented_metrics import documented
from door import Door, Visitor, events, new_site, until
from running_stack import Stack


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    door = Door(stack)
    yield door
    door.close()


def of_monolith(stack: Stack, path: str) -> tuple[int, str]:
    """Status and text of the monolith's answer on its port for monitoring."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.settings.collector.monolith_metrics_port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def families(text: str) -> set[str]:
    """The metrics of a scrape, without prometheus_client's own times of creation."""
    return {name for name in re.findall(r"^# TYPE (\S+) ", text, re.M) if not name.endswith("_created")}


def test_edge_and_monolith_are_alive_and_ready(stack: Stack, door: Door) -> None:
    assert json.loads(door.get("/healthz").body) == {"alive": True}
    ready = door.get("/readyz")
    assert (ready.status, json.loads(ready.body)) == (200, {"ready": True})
    assert of_monolith(stack, "/healthz")[0] == 200
    assert json.loads(of_monolith(stack, "/readyz")[1]) == {"ready": True}


def test_edge_counts_what_it_took_and_refused(stack: Stack, door: Door) -> None:
    site = new_site(stack)

    def figures() -> dict[str, float]:
        lines = door.get("/metrics").body.decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

    def grown(name: str) -> float:
        return figures().get(name, 0.0) - before.get(name, 0.0)

    # Counts are shared once a second: with this one, all that earlier tests sent has been.
    taken, body, before = 'heatwake_door_requests_total{channel="e"}', events(), figures()
    assert door.send(f"/c/e?{Visitor().query(site.key)}", body).status == 204
    until(lambda: grown(taken) >= 1, "what came before to be shared")
    before = figures()
    for number in range(5):
        assert door.send(f"/c/e?{Visitor().query(site.key, number)}", body).status == 204
    assert door.send(f"/c/r?{Visitor().query(site.key)}", b"[]").status == 204
    assert door.send(f"/c/r?{Visitor().query(site.key)}", b"").status == 400
    until(lambda: grown('heatwake_door_requests_total{channel="r"}') == 1, "the counts to be shared")
    assert grown(taken) == 5
    assert grown('heatwake_door_bytes_total{channel="e"}') == 5 * len(body)
    assert grown('heatwake_door_refusals_total{reason="malformed"}') == 1
    assert grown("heatwake_door_flush_seconds_count") >= 1
    assert figures()["heatwake_door_redis_up"] == 1


def test_every_figure_that_is_shown_is_documented(stack: Stack, door: Door) -> None:
    shown = door.get("/metrics").body.decode()
    assert families(shown)
    assert families(shown) <= documented()
    assert shown.count("# HELP") == shown.count("# TYPE")
    assert families(of_monolith(stack, "/metrics")[1]) <= documented()


def test_requests_are_logged_without_a_visitors_data(stack: Stack, door: Door) -> None:
    site, visitor = new_site(stack), Visitor()
    headers = {"User-Agent": "Curious/7", "Referer": "https://private.example/?mail=me", "Cookie": "known=me"}
    refused = [
        door.send(f"/c/e?{visitor.query(site.key)}", b"secret-words", headers=headers),
        door.send(f"/c/e?{visitor.query(site.key)}", b"{" + b"x" * 300_000, headers=headers),
        door.send(f"/c/e?{visitor.query('0' * 16)}", b"{}", headers=headers),
        door.send(f"/c/r?{visitor.query(site.key)}&x=secret-words", b"[}", headers=headers),
        door.get(f"/h/{'0' * 16}.js?secret-words", **headers),
    ]
    logs = stack.settings.var / "log"
    requests = logs / "edge.requests.jsonl"
    until(lambda: all(one.request_id in requests.read_text() for one in refused), "the requests to be logged")
    told = {json.loads(line)["request_id"]: json.loads(line) for line in requests.read_text().splitlines()}
    for answer in refused:
        line = told[answer.request_id]
        assert (line["status"], line["event"], line["process"]) == (answer.status, "request", "edge")
        assert line["route"] in ("/c", "/h")
        assert {"method", "s", "bytes_in", "bytes_out"} <= line.keys()
    private = [
        visitor.session,
        visitor.visitor,
        visitor.page_view,
        *headers.values(),
        "private.example",
        "secret-words",
    ]
    for path in logs.iterdir():
        text = path.read_text(errors="replace")
        assert [word for word in private if word in text] == [], path.name


def test_taken_requests_are_not_logged_one_by_one(stack: Stack, door: Door) -> None:
    site = new_site(stack)
    taken = door.send(f"/c/e?{Visitor().query(site.key)}", events())
    refused = door.send(f"/c/e?{Visitor().query(site.key)}", b"")
    requests = stack.settings.var / "log" / "edge.requests.jsonl"
    until(lambda: refused.request_id in requests.read_text(), "the refused request to be logged")
    assert taken.request_id not in requests.read_text()
