"""Showing one recording to others: by grant and by link, until it is taken back."""

from __future__ import annotations

import uuid

import pytest
from askers import new_user, open_page, signed_in
from project_counts import rows
from two_projects import ASSET, World

from dashboard.auth.access import Access
from dashboard.errors import Forbidden
from dashboard.queries import installation, ledger, overview, suggestions
from dashboard.queries.periods import last
from storage import grants, users
from storage.postgres import Database


def test_grantee_sees_just_the_one_recording(world: World) -> None:
    grantee = world.askers["grantee"]
    assert len(grantee.get(f"/projects/{world.a}/recordings/{world.session}/events").json["events"]) == 4
    for rest in ("", "/events"):
        assert grantee.get(f"/projects/{world.a}/recordings/{world.other_session}{rest}").status == 404
    assert world.a not in [each["id"] for each in grantee.get("/projects").json["items"]]


def test_grant_that_was_taken_back_shows_nothing_at_once(world: World) -> None:
    api, email = world.askers["key of A"], new_user(world.stack)
    friend = signed_in(world.stack, email)
    path = f"/projects/{world.a}/recordings/{world.session}"
    assert friend.get(path).status == 404
    grant = api.ask("POST", f"/api/v1{path}/grants", {"email": email}).json["id"]
    again = api.ask("POST", f"/api/v1{path}/grants", {"email": email.upper()}).json["id"]
    assert again == grant
    assert friend.get(path).status == 200
    assert api.ask("DELETE", f"/api/v1{path}/grants/{grant}").status == 204
    assert friend.get(path).status == 404
    assert api.ask("DELETE", f"/api/v1{path}/grants/{grant}").status == 404


def test_grant_of_a_whole_project_is_to_look_only(world: World) -> None:
    email = new_user(world.stack)
    friend = signed_in(world.stack, email)
    with Database(world.stack.settings, "owner", size=1).transaction() as connection:
        user = users.user_by_email(connection, email)
        assert user
        grant = grants.give(connection, world.a, user.user_id, None, None)
    seen = {each["id"]: each["role"] for each in friend.get("/projects").json["items"]}
    assert seen == {world.a: "guest"}
    assert friend.get(f"/projects/{world.a}/recordings").json["total"] == 2
    path = f"/api/v1/projects/{world.a}/recordings/{world.session}"
    for method, rest, body in (("DELETE", "", None), ("POST", "/links", {}), ("GET", "/links", None)):
        assert friend.ask(method, path + rest, body).code == "forbidden"
    with Database(world.stack.settings, "owner", size=1).transaction() as connection:
        assert grants.take_back(connection, world.a, None, grant)
    assert friend.get(f"/projects/{world.a}/recordings").status == 404
    assert friend.get("/projects").json["items"] == []


def test_share_link_opens_one_recording_until_it_is_taken_back(world: World) -> None:
    api, nobody = world.askers["key of A"], world.askers["nobody"]
    path = f"/api/v1/projects/{world.a}/recordings/{world.session}/links"
    made = api.ask("POST", path, {"start_ms": 700, "days": 1})
    token = made.json["address"].rpartition("/")[2]
    assert made.json["address"] == f"{world.stack.edge}/s/{token}"
    assert len(nobody.ask("GET", f"/s/{token}/events").json["events"]) == 4
    assert nobody.ask("GET", f"/s/{token}/assets/{ASSET}").body == b"body{}"
    assert nobody.get(f"/projects/{world.a}/recordings/{world.session}").status == 401
    assert api.ask("DELETE", f"{path}/{made.json['id']}").status == 204
    for rest in ("/events", f"/assets/{ASSET}"):
        reply = nobody.ask("GET", f"/s/{token}{rest}")
        assert (reply.status, reply.code) == (410, "gone")
    assert nobody.ask("GET", f"/s/{'x' * 32}/events").status == 404


def test_share_link_runs_out(world: World) -> None:
    api = world.askers["key of A"]
    made = api.ask("POST", f"/api/v1/projects/{world.a}/recordings/{world.session}/links", {"days": 1}).json
    rows_of = "UPDATE share_links SET expires_at = now() - interval '1 second' WHERE link_id = %s RETURNING 1"
    assert rows(world.stack, rows_of, made["id"]) == [(1,)]
    assert world.askers["nobody"].ask("GET", f"/s/{made['address'].rpartition('/')[2]}/events").status == 410


def test_only_hashes_of_secrets_are_kept(world: World) -> None:
    kept = str(rows(world.stack, "SELECT to_jsonb(l) FROM share_links l")) + str(
        rows(world.stack, "SELECT to_jsonb(k) FROM api_keys k")
    )
    assert world.token not in kept
    assert world.askers["key of A"].headers["Authorization"].split()[1] not in kept


def test_page_of_a_share_link_says_when_it_was_taken_back(world: World) -> None:
    api, nobody = world.askers["key of A"], world.askers["nobody"]
    path = f"/api/v1/projects/{world.a}/recordings/{world.session}/links"
    made = api.ask("POST", path, {}).json
    page = "/s/" + made["address"].rpartition("/")[2]
    assert nobody.ask("GET", page, Accept="text/html").status == 200
    drawn = open_page(nobody, page).body.decode()
    assert f"{page}/pieces".replace("/", "\\u002f") in drawn or f"{page}/pieces" in drawn
    api.ask("DELETE", f"{path}/{made['id']}")
    gone = nobody.ask("GET", page, Accept="text/html")
    assert (gone.status, "taken back" in gone.body.decode()) == (410, True)
    again = open_page(nobody, page).body.decode()
    assert "/pieces" not in again
    assert "u002fpieces" not in again
    assert nobody.ask("GET", "/s/" + "x" * 32, Accept="text/html").status == 404


def test_token_in_the_query_opens_nothing_beside_the_one_in_the_address(world: World) -> None:
    nobody = world.askers["nobody"]
    reply = nobody.ask("GET", f"/s/{'x' * 32}?token={world.token}", Accept="text/html")
    assert reply.status == 404
    other = open_page(nobody, f"/s/{world.token}", "?token=" + "x" * 32).body.decode()
    assert world.session not in other


def test_grantee_finds_the_recording_among_what_was_shared(world: World) -> None:
    drawn = open_page(world.askers["grantee"], "/shared").body.decode()
    assert world.session in drawn
    assert world.other_session not in drawn
    assert world.session not in open_page(world.askers["owner of B"], "/shared").body.decode()


def test_grantee_opens_the_player_of_just_the_one_recording(world: World) -> None:
    grantee = world.askers["grantee"]
    for session, seen in ((world.session, True), (world.other_session, False)):
        drawn = open_page(grantee, f"/recordings/{session}", f"?p={world.a}").body.decode()
        assert ("eventsUrl" in drawn) is seen, session


def test_access_to_one_recording_asks_nothing_of_the_project(world: World) -> None:
    """The queries themselves refuse it, so that a page that forgets its rule gives nothing away."""
    narrow = Access(world.a, "guest", uuid.UUID(world.session))
    for ask in (ledger.usage, installation.installation, suggestions.suggestions):
        with pytest.raises(Forbidden):
            ask(narrow)
    with pytest.raises(Forbidden):
        overview.overview(narrow, last(30))
