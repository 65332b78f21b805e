"""Small requests that would make others work much: each takes a bounded share of the worker and of the database."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlsplit

from bystander import Bystander
from door import CLICK, PAGE, Door, Site, Visitor, events, until
from process_memory import of_workers
from project_counts import ledger, rows
from running_stack import Stack
from wire import Case, Wire

from collector.worker.early import MOST_OF_A_VIEW

CHUNKS = 150


def test_many_chunks_that_open_wide_do_not_fill_the_worker(stack: Stack, site: Site, bystander: Bystander) -> None:
    """Each is sent as 1 KB and opens to 250 KB of 10,000 events, which take some 1.5 MB; most come in one batch."""
    edge, visitor = urlsplit(stack.edge), Visitor()
    body = gzip.compress(b"[" + b",".join([b'{"type":3,"timestamp":1}'] * 10_000) + b"]")
    assert len(body) < 5_000

    def chunk(number: int) -> Case:
        head = f"POST /c/r?{visitor.query(site.key, number)} HTTP/1.1\r\nHost: e\r\nOrigin: {stack.shop}\r\n"
        return Case(str(number), f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    before = of_workers(stack)
    answered = Wire(edge.hostname or "", edge.port or 80).send(map(chunk, range(CHUNKS)), between=bystander.visits)
    assert {one.replies[0].status for one in answered} == {204}
    highest = before

    def counted() -> bool:
        nonlocal highest
        highest = max(highest, of_workers(stack))
        return ledger(stack, site.project_id).get("accepted") == CHUNKS

    until(counted, "all chunks to be counted")
    assert highest - before < 160, f"{highest - before} MiB more"


def test_bombs_are_told_as_too_large(stack: Stack, door: Door, site: Site) -> None:
    """A small one may open to 256 KiB, whatever its ratio; a larger one to a hundred times its size."""
    allowed = gzip.compress(b'[{"type":3,"timestamp":1,"data":"' + b"x" * 250_000 + b'"}]')
    bomb = gzip.compress(b'[{"type":3,"timestamp":1,"data":"' + b"x" * 600_000 + b'"}]')
    for body in (allowed, bomb):
        assert door.send(f"/c/r?{Visitor().query(site.key)}", body).status == 204
    until(lambda: sum(ledger(stack, site.project_id).values()) == 2, "both to be counted")
    assert ledger(stack, site.project_id) == {"accepted": 1, "too_large": 1}
    answer = door.send(f"/c/r?{Visitor().query(site.key)}", bomb, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (413, "too_large")


def test_page_view_without_page_event_keeps_few_requests_waiting(stack: Stack, door: Door, site: Site) -> None:
    visitor, number = Visitor(), 3 * MOST_OF_A_VIEW
    for seq in range(1, 1 + number):
        assert door.send(f"/c/e?{visitor.query(site.key, seq)}", events(CLICK)).status == 204
    until(lambda: ledger(stack, site.project_id).get("accepted") == number, "all to be counted")
    waiting = "SELECT count(*) FROM early_requests WHERE project_id = %s"
    [(kept,)] = rows(stack, waiting, site.project_id)
    assert kept <= MOST_OF_A_VIEW
    assert door.send(f"/c/e?{visitor.query(site.key, 0)}", events(PAGE)).status == 204
    until(lambda: ledger(stack, site.project_id).get("accepted") == number + 1, "the page event to be counted")
    assert rows(stack, waiting, site.project_id) == [(0,)], "those that waited have found their page"
    counted = "SELECT page_views, clicks FROM sessions WHERE project_id = %s"
    assert rows(stack, counted, site.project_id) == [(1, number)]


def test_traits_without_end_fill_no_row(stack: Stack, door: Door, site: Site) -> None:
    visitor, requests = Visitor(), 12
    for seq in range(requests):
        listed = [
            {"k": "identify", "t": 0, "id": "u1", "traits": {f"{seq}.{one}.{key}": "x" * 400 for key in range(32)}}
            for one in range(8)
        ]
        assert door.send(f"/c/e?{visitor.query(site.key, seq)}", events(*listed)).status == 204
    until(lambda: ledger(stack, site.project_id) == {"accepted": requests}, "all to be counted")
    [(traits,)] = rows(stack, "SELECT traits FROM sessions WHERE project_id = %s", site.project_id)
    assert 0 < len(json.dumps(traits)) < 150_000
