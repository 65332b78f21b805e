"""`heatwake project`, `user` and `deploy` as an operator types them."""

from __future__ import annotations

import json
import secrets

import pytest
from askers import program, signed_in
from door import Door, Visitor, events
from running_stack import Stack


def test_new_project_takes_visits_and_its_key_reads_them(stack: Stack) -> None:
    made = stack.new_project(secrets.token_hex(4))
    assert Door(stack).send("/c/e?" + Visitor().query(made["site_key"]), events()).status == 204
    api = program(stack, made["api_key"])
    assert api.get("/projects").json["items"][0]["id"] == made["project_id"]
    assert api.ask("POST", "/api/v1/deploys", {"name": "v1"}).status == 201
    listed = json.loads(stack.run("project", "list", "--json").stdout)
    [project] = [each for each in listed if each["project_id"] == made["project_id"]]
    assert project["sites"] == [{"site_key": made["site_key"], "origins": [stack.shop]}]
    snippet = stack.run("project", "snippet", str(made["project_id"])).stdout
    assert f'<script async src="{stack.edge}/h/{made["site_key"]}.js"></script>\n' in snippet


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("project", "create", "--org", "X", "--name", "Y", "--origin", "shop.example"), "is no origin"),
        (("project", "create", "--org", "X", "--name", "", "--origin", "https://a.example"), "1 to 200"),
        (("project", "snippet", "999999"), "no project 999999"),
        (("user", "create", "--email", "nobody"), "no e-mail address"),
        (("user", "create", "--email", "a@b.example", "--password", "short"), "10 to 1000"),
        (("user", "password", "--email", "nobody@people.example"), "no user"),
        (("deploy", "mark", "v1", "--project", "999999"), "no project 999999"),
    ],
)
def test_what_can_not_be_done_is_said(stack: Stack, words: tuple[str, ...], says: str) -> None:
    done = stack.run(*words)
    assert done.returncode == 1
    assert says in done.stderr


def test_project_of_the_same_name_is_refused(stack: Stack) -> None:
    name = secrets.token_hex(4)
    stack.new_project(name)
    again = stack.run("project", "create", "--org", "Tests", "--name", name, "--origin", stack.shop)
    assert again.returncode == 1
    assert "already" in again.stderr


def test_user_made_by_command_signs_in_and_sees_the_accounts_projects(stack: Stack) -> None:
    project = stack.new_project(secrets.token_hex(4))
    email = f"{secrets.token_hex(4)}@People.example"
    words = ("user", "create", "--email", email, "--org", "Tests", "--role", "viewer", "--json")
    made = json.loads(stack.run(*words).stdout)
    browser = signed_in(stack, email, made["password"])
    assert project["project_id"] in [each["id"] for each in browser.get("/projects").json["items"]]
    again = json.loads(stack.run(*words).stdout)
    assert (again["created"], again["password"], again["user_id"]) == (False, None, made["user_id"])
    assert stack.run("user", "password", "--email", email, "--password", "another long one").returncode == 0
    assert browser.get("/projects").status == 401
    assert signed_in(stack, email, "another long one").get("/projects").status == 200


def test_deploy_of_the_installation_shows_in_every_project(stack: Stack) -> None:
    name = f"v{secrets.token_hex(3)}"
    assert stack.run("deploy", "mark", name).returncode == 0
    listed = program(stack, stack.project["api_key"]).get(f"/projects/{stack.project['project_id']}/deploys").json
    assert name in [each["name"] for each in listed["items"]]
