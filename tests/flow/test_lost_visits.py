"""Where a visit went: whoever asks by what they know of it is told what became of it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

import pytest
from askers import program
from door import Door, Site, Visitor, events, until
from project_counts import ledger
from recorded_visit import send_visit
from running_stack import Stack


def test_visit_that_is_there_is_found_by_time_visitor_and_session(stack: Stack, site: Site) -> None:
    api, path = program(stack, site.api_key), f"/projects/{site.project_id}"
    sent = send_visit(stack, site.key)
    until(lambda: api.get(f"{path}/recordings/{sent.session}").json.get("chunks") == 2, "the visit to be there")
    visitor = api.get(f"{path}/recordings/{sent.session}").json["session"]["visitor"]
    now = dt.datetime.now(dt.UTC)
    for known in ({"at": now.isoformat()}, {"visitor": visitor}, {"session": sent.session}):
        found = api.get(f"{path}/ledger/visit", **known).json
        assert [each["id"] for each in found["sessions"]] == [sent.session], known
        assert found["sessions"][0]["lacks"] == ["not_recorded"]
        assert (found["erased_at"], found["left_out"], found["waiting"]) == (None, [], 0)
    long_ago = (now - dt.timedelta(hours=3)).isoformat()
    assert api.get(f"{path}/ledger/visit", at=long_ago).json["sessions"] == []


def test_visit_that_was_turned_away_or_left_out_is_told_why(stack: Stack, site: Site) -> None:
    api, path, door = program(stack, site.api_key), f"/projects/{site.project_id}", Door(stack)
    made = stack.run("project", "rules", str(site.project_id), "--sample", "25")
    assert made.returncode == 0, made.stderr
    left_out = secrets.token_hex(12) + "f" * 8
    found = api.get(f"{path}/ledger/visit", session=str(uuid.UUID(left_out))).json
    assert (found["sessions"], found["left_out"]) == ([], [{"site_key": site.key, "share": 0.25}])
    kept = secrets.token_hex(12) + "0" * 8
    assert api.get(f"{path}/ledger/visit", session=str(uuid.UUID(kept))).json["left_out"] == []

    visitor = Visitor(session=kept)
    robot = {"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
    assert door.send(f"/c/e?{visitor.query(site.key)}", events(), headers=robot).status >= 400
    unusable = Visitor(session=secrets.token_hex(12) + "0" * 8)
    assert door.send(f"/c/e?{unusable.query(site.key)}", b'{"e":[{"k":"nonsense"}]}').status == 204
    door.close()
    until(lambda: ledger(stack, site.project_id) == {"bot": 1, "malformed": 1}, "both to be counted")
    now = dt.datetime.now(dt.UTC).isoformat()
    away = api.get(f"{path}/ledger/visit", at=now).json["turned_away"]
    assert {each["reason"]: each["requests"] for each in away} == {"bot": 1, "malformed": 1}
    assert all(each["meaning"] for each in away)
    by_session = api.get(f"{path}/ledger/visit", session=str(uuid.UUID(unusable.session))).json
    assert (by_session["sessions"], by_session["waiting"]) == ([], 1)


def test_visitor_whose_data_was_erased_is_told_so(stack: Stack, site: Site) -> None:
    api, path = program(stack, site.api_key), f"/projects/{site.project_id}"
    visitor = str(uuid.uuid4())
    asked = api.ask("DELETE", f"/api/v1{path}/visitors/{visitor}")
    assert asked.status == 202
    erasure = f"{path}/erasures/{asked.json['erasure_id']}"
    until(lambda: api.get(erasure).json["state"] == "done", "the erasure to be done")
    assert api.get(f"{path}/ledger/visit", visitor=visitor).json["erased_at"] is not None
    assert api.get(f"{path}/ledger/visit", visitor=str(uuid.uuid4())).json["erased_at"] is None


@pytest.mark.parametrize("known", [{}, {"session": str(uuid.uuid4()), "visitor": str(uuid.uuid4())}])
def test_visit_is_named_by_one_thing(stack: Stack, site: Site, known: dict[str, str]) -> None:
    answer = program(stack, site.api_key).get(f"/projects/{site.project_id}/ledger/visit", **known)
    assert (answer.status, answer.code) == (400, "invalid_parameter")
