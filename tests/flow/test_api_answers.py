"""What went in at the edge comes out of the API: exact counts, recordings whole again, paging, removal everywhere."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from askers import Asker, program
from door import Door, Visitor, events, new_site, until
from project_counts import rows
from recorded_visit import CART, HOME, SentVisit, page, recording, send_visit
from running_stack import Stack

from storage.blobs import open_blobs


@dataclass(frozen=True)
class Project:
    """A project with three visits, one of which bought nothing."""

    id: int
    api: Asker
    visits: list[SentVisit]

    @property
    def path(self) -> str:
        return f"/projects/{self.id}"


def visited(stack: Stack, visits: list[dict[str, Any]]) -> Project:
    """A new project with these visits, when the API shows all of them."""
    site = new_site(stack)
    sent = [send_visit(stack, site.key, **each) for each in visits]
    project = Project(site.project_id, program(stack, site.api_key), sent)

    def shown() -> bool:
        listed = project.api.get(f"{project.path}/recordings").json["items"]
        whole = [each for each in listed if each["recorded"] and each["pages"] >= 1]
        events = sum(
            len(project.api.get(f"{project.path}/recordings/{each['id']}/events").json["events"]) for each in whole
        )
        return len(whole) == len(visits) and events == 4 * len(visits)

    until(shown, f"{len(visits)} visits to be shown")
    return project


@pytest.fixture(scope="module")
def project(stack: Stack) -> Project:
    return visited(stack, [{"clicks": 2}, {"clicks": 3}, {"clicks": 1, "buys": False}])


def test_pages_are_listed_with_their_views_and_clicks(project: Project) -> None:
    listed = project.api.get(f"{project.path}/pages").json
    assert [(each["url"], each["views"], each["visitors"], each["clicks"]) for each in listed["items"]] == [
        ("shop.example/", 3, 3, 6),
        ("shop.example/cart", 2, 2, 2),
    ]
    assert listed["total"] == 2


def test_heatmap_counts_each_click_on_its_element(project: Project) -> None:
    found = project.api.get(f"{project.path}/heatmaps", page=HOME, width=1280).json
    assert [(each["selector"], each["text"], each["count"], each["share"]) for each in found["elements"]] == [
        ("#buy", "Buy", 6, 1.0)
    ]
    assert (found["views"], found["total"], found["placed"], found["unplaced"]) == (3, 6, 6, 0)
    # fx 5000 and fy 2500 of a box at 10, 20 that is 100 wide and 40 high.
    assert found["points"] == [[60, 30, 6]]


def test_heatmap_of_the_page_by_its_id_is_the_same(project: Project) -> None:
    by_address = project.api.get(f"{project.path}/heatmaps", page=CART).json
    by_id = project.api.get(f"{project.path}/heatmaps", page=by_address["page"]).json
    assert (
        by_id["elements"] == by_address["elements"] == [{"selector": "#pay", "text": "Pay", "count": 2, "share": 1.0}]
    )


def test_filtered_heatmap_shows_only_the_sessions_of_the_filter(project: Project) -> None:
    bought = project.api.get(f"{project.path}/heatmaps", page=HOME, min_pages=2).json
    assert bought["total"] == 5


def test_funnel_counts_who_went_on(project: Project) -> None:
    steps = [{"kind": "page", "url": "shop.example/"}, {"kind": "click", "selector": "#pay"}]
    bought = {"kind": "event", "name": "purchase", "where": {"total": 3}}
    reply = project.api.ask(
        "POST", f"/api/v1{project.path}/funnels/query", {"steps": [*steps, bought], "breakdown": "device"}
    )
    assert [(each["count"], each["dropped"]) for each in reply.json["steps"]] == [(3, 0), (2, 1), (2, 0)]
    assert reply.json["breakdown"] == [{"value": "desktop", "counts": [3, 2, 2]}]


def test_recording_comes_back_whole_and_in_order(project: Project) -> None:
    for visit in project.visits:
        got = project.api.get(f"{project.path}/recordings/{visit.session}/events").json["events"]
        assert [(each["type"], each["data"]) for each in got] == [
            (each["type"], each["data"]) for each in visit.recorded
        ]
        times = [each["timestamp"] for each in got]
        assert times == sorted(times)
        sent = [each["timestamp"] for each in visit.recorded]
        assert [time - times[0] for time in times] == [time - sent[0] for time in sent]


def test_one_recording_tells_of_its_page_views(project: Project) -> None:
    found = project.api.get(f"{project.path}/recordings/{project.visits[0].session}").json
    assert [each["url"] for each in found["page_views"]] == [HOME, CART]
    assert (found["session"]["clicks"], found["session"]["recorded"], found["chunks"]) == (3, True, 2)
    assert (found["masking"], found["whole"]) == ("normal", False)
    # The visit's second page is one that the recorder never sent a chunk of.
    [gap] = found["gaps"]
    assert (gap["page_view"], gap["kind"], gap["missing"]) == (found["page_views"][1]["page_view"], "not_recorded", 0)
    assert gap["reason"] == "the visitor left before the recorder had loaded"
    assert gap["at_ms"] == found["page_views"][1]["at_ms"]
    listed = project.api.get(f"{project.path}/recordings").json["items"]
    assert {each["id"]: each["lacks"] for each in listed} == {
        visit.session: ["not_recorded"] if buys else []
        for visit, buys in zip(project.visits, (True, True, False), strict=True)
    }


def test_piece_whose_bytes_are_gone_is_told_as_a_gap(stack: Stack) -> None:
    one = visited(stack, [{"clicks": 1, "buys": False}])
    blobs = open_blobs(stack.settings)
    pieces = [key for key, _ in blobs.list(f"recordings/{one.id}/")]
    blobs.delete(pieces[:1])
    path = f"{one.path}/recordings/{one.visits[0].session}"
    found = one.api.get(path).json
    assert [(gap["missing"], gap["reason"]) for gap in found["gaps"]] == [(1, "no longer in the blob store")]
    assert (found["chunks"], found["whole"]) == (len(pieces), False)
    blobs.put(pieces[1], blobs.get(pieces[1])[:-5])  # whole to the store, and no whole chunk
    until(lambda: len(one.api.get(path).json["gaps"]) == 2, "the answer to be new")
    assert [gap["kind"] for gap in one.api.get(path).json["gaps"]] == ["blob_missing", "blob_damaged"]
    assert one.api.get(f"{path}/events").json["events"] == []


def test_what_the_recorder_leaves_out_is_in_the_receipt_and_the_list(stack: Stack) -> None:
    """As the tracker's recorder tells it: from the gap to the next full snapshot nothing was recorded."""
    site, door, visitor = new_site(stack), Door(stack), Visitor()
    api, path = program(stack, site.api_key), f"/projects/{site.project_id}/recordings"
    at = int(dt.datetime.now(dt.UTC).timestamp() * 1000) - 20_000
    begun = page(HOME, at)
    gap = {"type": 5, "timestamp": at + 4_000, "data": {"tag": "heatwake.gap", "payload": {"why": "busy"}}}
    meta, full, *_ = recording(at)
    again = {**full, "timestamp": at + 9_000}
    assert door.send(f"/c/e?{visitor.query(site.key)}", events(begun)).status == 204
    for number, chunk in ((0, [meta, full, gap]), (3, [again])):
        assert door.send(f"/c/r?{visitor.query(site.key, number)}", json.dumps(chunk).encode()).status == 204
    door.close()
    session = f"{path}/{uuid.UUID(visitor.session)}"
    until(lambda: api.get(session).json.get("chunks") == 2, "the recording to be there")
    found = api.get(session).json
    told = {each["kind"]: (each["missing"], each["duration_ms"]) for each in found["gaps"]}
    assert told == {"busy": (0, 5_000), "lost": (2, None)}
    assert found["whole"] is False
    [row] = api.get(path).json["items"]
    assert row["lacks"] == ["busy", "lost"]


def test_paging_shows_each_session_once(project: Project) -> None:
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        found = project.api.get(f"{project.path}/recordings", limit=1, sort="oldest", **more).json
        seen += [each["id"] for each in found["items"]]
        assert (len(found["items"]), found["total"]) == (1, 3)
        cursor = found["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(visit.session for visit in project.visits)


def test_ledger_and_usage_tell_what_came_in(project: Project) -> None:
    ledger = project.api.get(f"{project.path}/ledger").json
    accepted = {each["reason"]: each["requests"] for each in ledger["reasons"]}["accepted"]
    assert accepted == 3 * 3 + 2  # three requests a visit, one more of each that bought
    usage = project.api.get(f"{project.path}/usage").json
    assert {each["cause"]: each["items"] for each in usage["causes"]}["sessions"] == 3


@pytest.mark.parametrize(
    ("path", "query", "says"),
    [
        ("/pages", {"limit": 0}, "limit"),
        ("/pages", {"limit": 501}, "limit"),
        ("/pages", {"limit": "many"}, "limit"),
        ("/pages", {"from_": "yesterday"}, "from"),
        ("/pages", {"from_": "2026-01-01T00:00:00"}, "from"),
        ("/pages", {"from_": "0001-01-01T00:00:00Z"}, "from"),
        ("/pages", {"from_": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "from"),
        ("/pages", {"cursor": "nonsense"}, "cursor"),
        ("/pages", {"form": "2026-01-01T00:00:00Z"}, "form"),
        ("/pages", {"device": "fridge"}, "device"),
        ("/pages", {"search": "\0"}, "search"),
        ("/heatmaps", {}, "page"),
        ("/heatmaps", {"page": "shop.example/", "kind": "glance"}, "kind"),
        ("/heatmaps", {"page": "shop.example/", "width": 10}, "width"),
        ("/heatmaps", {"page": "shop.example/", "kind": "move", "min_clicks": 1}, "kind"),
        ("/recordings", {"sort": "prettiest"}, "sort"),
        ("/recordings", {"cursor": "nonsense"}, "cursor"),
        ("/recordings", {"recorded": "perhaps"}, "recorded"),
        ("/recordings", {"min_duration_ms": -1}, "min_duration_ms"),
        ("/usage", {"from_": "2026-01-01T00:00:00Z"}, "from"),
    ],
)
def test_bad_parameter_is_named(project: Project, path: str, query: dict[str, Any], says: str) -> None:
    reply = project.api.get(project.path + path, **query)
    assert (reply.status, reply.code) == (400, "invalid_parameter"), reply.body
    assert reply.json["error"]["message"].startswith(says)
    assert reply.json["error"]["request_id"] == reply.headers["X-Request-Id"]


def test_parameter_given_twice_is_refused(project: Project) -> None:
    reply = project.api.ask("GET", f"/api/v1{project.path}/pages?limit=1&limit=2")
    assert (reply.status, reply.code) == (400, "invalid_parameter")


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        ({"steps": []}, 400, "invalid_parameter", "steps"),
        ({"steps": [{"kind": "wish"}]}, 400, "invalid_parameter", "steps[0]"),
        ({"steps": [{"kind": "page", "url": "*"}], "window_s": 0}, 400, "invalid_parameter", "window_s"),
        ({"steps": [{"kind": "page", "url": "*"}], "colour": "red"}, 400, "invalid_parameter", "colour"),
        ({"steps": [{"kind": "page", "url": "a\0b"}]}, 400, "malformed_body", ""),
        ([], 400, "invalid_parameter", ""),
    ],
)
def test_bad_body_is_named(project: Project, body: Any, status: int, code: str, says: str) -> None:
    reply = project.api.ask("POST", f"/api/v1{project.path}/funnels/query", body)
    assert (reply.status, reply.code) == (status, code), reply.body
    assert reply.json["error"]["message"].startswith(says)


def test_body_must_be_json(project: Project) -> None:
    path = f"/api/v1{project.path}/funnels/query"
    assert project.api.ask("POST", path, form={"steps": "1"}).code == "unsupported_media_type"
    assert project.api.ask("POST", path, body=None, Content_Type="application/json").code == "malformed_body"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 100_000, "invalid_parameter"),
        (b'{"steps": [{"kind": "event", "name": "x", "where": ' + b'{"a":' * 50_000, "invalid_parameter"),
        (b'{"steps": [{"kind": "page", "url": "\xff"}]}', "malformed_body"),
        (b'{"steps": [{"kind": "page", "url": "\\ud800"}]}', "malformed_body"),
        (b"", "malformed_body"),
        (b'{"steps": "' + b"x" * 1_100_000 + b'"}', "too_large"),
    ],
    ids=["deep", "deep within", "no UTF-8", "half a character", "empty", "large"],
)
def test_hostile_body_is_an_answer_not_a_fault(project: Project, body: bytes, code: str) -> None:
    path = f"/api/v1{project.path}/funnels/query"
    reply = project.api.ask("POST", path, data=body, Content_Type="application/json")
    assert reply.code == code


@pytest.mark.parametrize("page", ["%", "_", "\\", "'; --", "x" * 2000, "99999999999999999999", "-1", "é" * 300])
def test_odd_page_names_are_just_unknown(project: Project, page: str) -> None:
    assert project.api.get(f"{project.path}/heatmaps", page=page).status == 404


def test_search_takes_wildcards_as_letters(project: Project) -> None:
    for text, found in (("%", 0), ("_", 0), ("cart", 1), ("CART", 1), ("shop.example", 2)):
        assert project.api.get(f"{project.path}/pages", search=text).json["total"] == found, text


def test_unknown_page_route_and_method_are_told_apart(project: Project) -> None:
    assert project.api.get(f"{project.path}/heatmaps", page="shop.example/nowhere").code == "not_found"
    assert project.api.get(f"{project.path}/horoscopes").code == "not_found"
    wrong = project.api.ask("DELETE", f"/api/v1{project.path}/pages")
    assert (wrong.status, wrong.code, wrong.headers["Allow"]) == (405, "method_not_allowed", "GET")


def test_unchanged_answer_is_not_sent_again(project: Project) -> None:
    past = {"from_": "2026-01-01T00:00:00Z", "to": "2026-01-31T00:00:00Z"}
    first = project.api.get(f"{project.path}/ledger", **past)
    path = f"/api/v1{project.path}/ledger?from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00Z"
    again = project.api.ask("GET", path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_deploy_is_marked_and_judged(project: Project) -> None:
    made = project.api.ask("POST", "/api/v1/deploys", {"name": "v42"})
    assert made.status == 201
    verdict = project.api.get(f"/deploys/{made.json['id']}").json
    assert (verdict["name"], verdict["verdict"]) == ("v42", "too_early")
    day = dt.timedelta(days=1)
    old = {"name": "v41", "at": (dt.datetime.now(dt.UTC) - day).isoformat()}
    earlier = project.api.ask("POST", "/api/v1/deploys", old).json
    assert project.api.get(f"/deploys/{earlier['id']}").json["verdict"] == "too_little"
    listed = project.api.get(f"{project.path}/deploys").json["items"]
    assert [each["name"] for each in listed if each["id"] in (made.json["id"], earlier["id"])] == ["v41", "v42"]


def test_pieces_are_the_whole_recording_page_by_page(stack: Stack) -> None:
    site = new_site(stack)
    first = send_visit(stack, site.key)
    at = first.recorded[-1]["timestamp"] + 2_000
    door, second = Door(stack), Visitor(session=uuid.UUID(first.session).hex)
    assert door.send(f"/c/e?{second.query(site.key)}", events(page(CART, at))).status == 204
    assert door.send(f"/c/r?{second.query(site.key)}", json.dumps(recording(at)).encode()).status == 204
    door.close()
    api, path = program(stack, site.api_key), f"/projects/{site.project_id}/recordings/{first.session}"

    def recorded() -> list[dict[str, Any]]:
        answer = api.get(f"{path}/events")
        return answer.json["events"] if answer.status == 200 else []

    until(lambda: len(recorded()) == 8, "both pages to be stored")
    whole = recorded()
    last = whole[-1]["timestamp"] - whole[0]["timestamp"]
    pieces, seen = api.get(f"{path}/pieces", from_ms=0).json, []
    assert (pieces["begins_at"], pieces["length_ms"], pieces["open"]) == (whole[0]["timestamp"], last, True)
    assert [piece["seq"] for piece in pieces["pieces"]] == [0, 1, 0]
    for piece in pieces["pieces"]:
        seen += piece["events"]
        assert pieces["begins_at"] + piece["from_ms"] == piece["events"][0]["timestamp"]
    assert (seen, pieces["next_ms"]) == (whole, None)
    # The moment of the last event needs its page, and nothing before it.
    late = api.get(f"{path}/pieces", at_ms=last).json
    assert [piece["page_view"] for piece in late["pieces"]] == [pieces["pieces"][-1]["page_view"]]
    assert late["from_ms"] == late["pieces"][0]["from_ms"] > 0
    assert api.get(f"{path}/pieces", at_ms=-1).code == "invalid_parameter"


def test_removed_recording_is_gone_everywhere(stack: Stack) -> None:
    project = visited(stack, [{"clicks": 2}, {"clicks": 5}])
    gone, kept = (visit.session for visit in project.visits)
    blobs = open_blobs(stack.settings)

    def blobs_of(session: str) -> int:
        listed = blobs.list(f"recordings/{project.id}/")
        return sum(session in key or session.replace("-", "") in key for key, _ in listed)

    assert blobs_of(gone) == 2
    assert project.api.get(f"{project.path}/heatmaps", page=HOME).json["total"] == 7
    funnel = {"steps": [{"kind": "page", "url": "*"}]}
    note = {"at_ms": 0, "text": "Gone soon"}
    assert project.api.ask("POST", f"/api/v1{project.path}/recordings/{gone}/notes", note).status == 201
    reply = project.api.ask("DELETE", f"/api/v1{project.path}/recordings/{gone}")
    assert (reply.status, reply.body) == (204, b"")

    assert project.api.get(f"{project.path}/recordings/{gone}").status == 404
    assert project.api.get(f"{project.path}/recordings/{gone}/events").status == 404
    assert [each["id"] for each in project.api.get(f"{project.path}/recordings").json["items"]] == [kept]
    assert project.api.get(f"{project.path}/heatmaps", page=HOME).json["total"] == 5
    assert project.api.ask("POST", f"/api/v1{project.path}/funnels/query", funnel).json["steps"][0]["count"] == 1
    assert (blobs_of(gone), blobs_of(kept)) == (0, 2)
    tables = ("sessions", "page_views", "recordings", "recording_chunks", "share_links", "grants", "recording_notes")
    for table in tables:
        assert rows(stack, f"SELECT count(*) FROM {table} WHERE session_id = %s", gone) == [(0,)], table
    assert project.api.ask("DELETE", f"/api/v1{project.path}/recordings/{gone}").status == 404
    assert json.loads(project.api.get(f"{project.path}/recordings/{kept}/events").body)["events"]
