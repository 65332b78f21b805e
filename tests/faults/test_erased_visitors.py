"""Erasing somebody removes every trace, whatever is on its way meanwhile, proves it, and leaves all others alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from askers import Asker, program
from door import Site, Visitor, new_site, until
from erased import Person
from event_records import all_records, held, workers
from everywhere import holding
from outages import down
from project_counts import ledger, rows
from recorded_visit import HOME
from running_stack import ROOT, Stack, own_stack
from stored import Stored

from storage.event_stream import open_event_stream

STEPS = {"steps": [{"kind": "page", "url": "shop.example/"}, {"kind": "click", "selector": "#buy"}]}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack of its own, since Redis goes away."""
    with own_stack(REDIS_ANSWER_MS="500") as own:
        yield own


def asking(stack: Stack, site: Site, *whom: str) -> subprocess.Popen[str]:
    """`heatwake erase`, under way; returns when it has been asked for."""
    words = [ROOT / "bin" / "heatwake", "erase", "--project", str(site.project_id), *whom, "--json"]
    started = subprocess.Popen(words, env=stack.env, stdout=subprocess.PIPE, text=True)
    until(lambda: rows(stack, "SELECT 1 FROM erasures WHERE project_id = %s", site.project_id), "it to be asked for")
    return started


def receipt(started: subprocess.Popen[str]) -> dict[str, Any]:
    """What the command printed when it had ended well."""
    told, _ = started.communicate(timeout=120)
    assert started.returncode == 0, told
    found: dict[str, Any] = json.loads(told)
    return found


def whole(stack: Stack, site: Site, stored: Stored, api: Asker, people: list[Person]) -> None:
    """Everything that is counted of the project is what these people did, and nothing else."""
    path = f"/projects/{site.project_id}"
    clicks = sum(one.clicks for one in people)
    listed = api.get(f"{path}/recordings").json
    assert sorted(each["id"] for each in listed["items"]) == sorted(str(one.session) for one in people)
    for one in people:
        assert len(api.get(f"{path}/recordings/{one.session}/events").json["events"]) == 4
    assert stored.points() == clicks
    assert stored.facts() == clicks + len(people)
    assert api.get(f"{path}/heatmaps", page=HOME, width=1280).json["total"] == clicks
    steps = api.ask("POST", f"/api/v1{path}/funnels/query", STEPS).json["steps"]
    assert [step["count"] for step in steps] == [len(people), len(people)]


def nothing_of(stack: Stack, gone: Person) -> None:
    assert holding(stack, gone.known_by) == {}


def proved(told: dict[str, Any]) -> None:
    """The receipt has looked everywhere and found nothing."""
    assert told["state"] == "done"
    assert set(told["found_after"]) == {"rows", "facts", "blobs", "search", "cache", "streams", "dead letters", "spool"}
    assert set(told["found_after"].values()) == {0}


def test_visitor_is_gone_from_every_store_while_requests_wait_in_the_spool(
    stack: Stack, site: Site, stored: Stored
) -> None:
    api = program(stack, site.api_key)
    gone, stays = Person(), Person()
    gone.begin(stack, site, 3)
    stays.begin(stack, site, 2)
    gone.send(stack, site, "e", b'{"e":[{"k":"nonsense","of":"%s"}]}' % gone.user.encode())
    stored.until_ledger(accepted=4, malformed=1)
    whole(stack, site, stored, api, [gone, stays])  # and so the answers are in the cache
    stream = open_event_stream(stack.settings)
    assert any(gone.visitor.visitor.encode() in letter.record for letter in stream.all_dead())
    damaged = stack.settings.spool_path / "1700000000000-00112233445566aa.spool.damaged"
    with down(stack, "redis"):
        gone.go_on(stack, site, 4)
        stays.go_on(stack, site, 1)
        damaged.write_bytes(b"torn " + gone.visitor.visitor.encode())
        assert any(gone.visitor.visitor.encode() in path.read_bytes() for path in stack.settings.spool_path.iterdir())
        places = set(holding(stack, gone.known_by).values())
        assert any(place.startswith("spool/") for place in places)
        erasing = asking(stack, site, "--visitor", gone.visitor.visitor)
    told = receipt(erasing)
    proved(told)
    before = told["found_before"]
    assert before["rows"] > 3
    assert before["facts"] == 4
    assert (before["blobs"], before["search"], before["dead letters"]) == (1, 1, 1)
    assert before["spool"] >= 0
    assert (told["removed"]["sessions"], told["removed"]["dead letters"]) == (1, 1)
    assert gone.visitor.visitor not in json.dumps(told)
    nothing_of(stack, gone)
    assert not damaged.exists()
    stored.until_ledger(accepted=5, malformed=1, erased=1)
    whole(stack, site, stored, api, [stays])


def test_user_is_gone_while_requests_wait_in_the_stream(stack: Stack, site: Site, stored: Stored) -> None:
    api = program(stack, site.api_key)
    gone, stays = Person(), Person()
    gone.begin(stack, site, 2)
    stays.begin(stack, site, 2)
    stored.until_ledger(accepted=4)
    whole(stack, site, stored, api, [gone, stays])
    with held(stack, *workers(stack)):
        gone.go_on(stack, site, 2)
        stays.go_on(stack, site, 2)
        assert any(gone.user.encode() in record.body for _, record in all_records(stack))
        erasing = asking(stack, site, "--user", gone.user)
    proved(receipt(erasing))
    nothing_of(stack, gone)
    whole(stack, site, stored, api, [stays])
    assert sum(ledger(stack, site.project_id).values()) == 6


def test_who_comes_back_after_an_erasure_is_a_new_visitor(stack: Stack, site: Site, stored: Stored) -> None:
    person = Person()
    person.begin(stack, site, 1)
    stored.until_ledger(accepted=2)
    proved(receipt(asking(stack, site, "--visitor", person.visitor.visitor)))
    again = Person(visitor=Visitor(visitor=person.visitor.visitor))
    again.begin(stack, site, 5)
    stored.until_ledger(accepted=4)
    whole(stack, site, stored, program(stack, site.api_key), [again])


def test_killed_worker_goes_on_with_an_erasure(stack: Stack, site: Site, stored: Stored) -> None:
    gone, stays = Person(), Person()
    gone.begin(stack, site, 2)
    stays.begin(stack, site, 3)
    stored.until_ledger(accepted=4)
    with held(stack, *workers(stack)):
        erasing = asking(stack, site, "--visitor", gone.visitor.visitor)
    stack.kill("worker-1")
    proved(receipt(erasing))
    nothing_of(stack, gone)
    whole(stack, site, stored, program(stack, site.api_key), [stays])


@pytest.mark.full
@pytest.mark.timeout(600)
def test_grown_stores_forget_too() -> None:
    """The session list in Elasticsearch, the streams in a Redis Cluster."""
    with own_stack(SESSIONS="elasticsearch", REDIS_MODE="cluster") as grown:
        site = new_site(grown)
        stored, api = Stored(grown, site), program(grown, site.api_key)
        gone, stays = Person(), Person()
        gone.begin(grown, site, 2)
        stays.begin(grown, site, 2)
        stored.until_ledger(accepted=4)
        path = f"/projects/{site.project_id}/recordings"
        until(lambda: api.get(path).json["total"] == 2, "both to be found")
        with held(grown, *workers(grown)):
            gone.go_on(grown, site, 2)
            erasing = asking(grown, site, "--user", gone.user)
        told = receipt(erasing)
        proved(told)
        assert told["found_before"]["search"] == 1
        nothing_of(grown, gone)
        until(lambda: api.get(path).json["total"] == 1, "one to be found")
        whole(grown, site, stored, api, [stays])
