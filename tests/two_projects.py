"""Two projects of different accounts and everybody who may ask for the first one's data, for tests."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from askers import Asker, Reply, new_user, program, signed_in
from door import until
from recorded_visit import HOME, send_visit
from running_stack import Stack

from dashboard.api.routes import PREFIX, Route
from storage import api_keys
from storage.blobs import open_blobs
from storage.postgres import Database

ASSET = f"{'a' * 32}.css"


@dataclass(frozen=True)
class World:
    """Project `a` with two recordings and project `b` of another account, and everybody who may ask."""

    stack: Stack
    a: int
    b: int
    session: str
    other_session: str
    visitor: str
    page_id: int
    deploy_id: int
    erasure_id: int
    link_id: int
    note_id: int
    token: str
    grant_id: int
    askers: dict[str, Asker]
    grantee_email: str

    def address(self, one: Route, project: int | None = None, session: str | None = None) -> str:
        """The route's address with A's ids in it, or those given."""
        values: dict[str, object] = {
            "project_id": self.a if project is None else project,
            "session_id": session or self.session,
            "page_id": self.page_id,
            "deploy_id": self.deploy_id,
            "visitor_id": self.visitor,
            "erasure_id": self.erasure_id,
            "link_id": self.link_id,
            "note_id": self.note_id,
            "grant_id": self.grant_id,
            "name": ASSET,
        }
        path = PREFIX + re.sub(r"{(\w+)}", lambda match: str(values[match[1]]), one.path)
        return path + {
            "get_heatmap": f"?page={HOME}",
            "erase_user": "?user=nobody",
            "find_visit": f"?session={self.session}",
        }.get(one.name, "")

    def body(self, one: Route) -> Any:
        """A good body."""
        bodies: dict[str, Any] = {
            "query_funnel": {"steps": [{"kind": "page", "url": "*"}]},
            "create_link": {},
            "create_note": {"at_ms": 500, "text": "Here they stop", "tag": "checkout"},
            "change_note": {"text": "Here they go on"},
            "create_grant": {"email": self.grantee_email},
            "mark_deploy": {"name": "v1"},
            "mark_project_deploy": {"name": "v1"},
        }
        return bodies[one.name] if one.body is not None else None

    def ask(self, who: str, one: Route, project: int | None = None, session: str | None = None) -> Reply:
        return self.askers[who].ask(one.method, self.address(one, project, session), self.body(one))


def _key(stack: Stack, project: int, scopes: list[api_keys.Scope]) -> tuple[int, str]:
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        return api_keys.create(connection, project, "test", scopes)


def _project(stack: Stack, account: str) -> dict[str, Any]:
    """A new project of the account, through the command: `{project_id, site_key, api_key}`."""
    words = ("--org", account, "--name", secrets.token_hex(6), "--origin", stack.shop, "--json")
    made = stack.run("project", "create", *words)
    assert made.returncode == 0, made.stderr
    project: dict[str, Any] = json.loads(made.stdout)
    return project


def make_world(stack: Stack) -> World:
    """Make all of it, with two visits to project A."""
    ours, theirs = f"Ours {secrets.token_hex(3)}", f"Theirs {secrets.token_hex(3)}"
    one, other_one = _project(stack, ours), _project(stack, theirs)
    a, b = one["project_id"], other_one["project_id"]
    api = program(stack, one["api_key"])
    session, other = (send_visit(stack, one["site_key"]).session for _ in range(2))
    until(
        lambda: all(
            len(api.get(f"/projects/{a}/recordings/{one}/events").json.get("events", [])) == 4
            for one in (session, other)
        ),
        "A's recordings to be there",
    )
    page_id = api.get(f"/projects/{a}/pages").json["items"][0]["page"]
    open_blobs(stack.settings).put(f"assets/{a}/{ASSET}", b"body{}")
    deploy = api.ask("POST", "/api/v1/deploys", {"name": "v0"}).json["id"]
    nobody = f"/api/v1/projects/{a}/visitors/{uuid.uuid4()}"
    erasure = api.ask("DELETE", nobody).json["erasure_id"]
    recording = f"/api/v1/projects/{a}/recordings/{session}"
    link = api.ask("POST", f"{recording}/links", {"start_ms": 500}).json
    note = api.ask("POST", f"{recording}/notes", {"at_ms": 500, "text": "Here they stop"}).json["id"]
    grantee = new_user(stack, theirs, "owner")  # of B's account
    grant = api.ask("POST", f"{recording}/grants", {"email": grantee}).json["id"]
    revoked_id, revoked = _key(stack, a, ["read", "write"])
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        assert api_keys.revoke(connection, a, revoked_id)
    askers = {
        "nobody": Asker(stack),
        "viewer": signed_in(stack, new_user(stack, ours, "viewer")),
        "member": signed_in(stack, new_user(stack, ours, "member")),
        "owner of B": signed_in(stack, new_user(stack, theirs, "owner")),
        "grantee": signed_in(stack, grantee),
        "key of A": api,
        "reading key of A": program(stack, _key(stack, a, ["read"])[1]),
        "key of B": program(stack, other_one["api_key"]),
        "revoked key": program(stack, revoked),
        "made-up key": program(stack, "hw_" + "0" * 40),
    }
    token = link["address"].rpartition("/")[2]
    visitor = api.get(f"/projects/{a}/recordings/{session}").json["session"]["visitor"]
    return World(
        *(stack, a, b, session, other, visitor, page_id, deploy, erasure, link["id"], note, token, grant, askers),
        grantee,
    )
