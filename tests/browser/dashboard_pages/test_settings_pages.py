"""Settings at work: what is made there opens, what is taken back closes, and who may not is not offered it."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from askers import new_user, program, signed_in
from plant_shop import PlantShop
from playwright.sync_api import expect
from running_stack import Stack


@pytest.fixture(scope="module")
def admin(stack: Stack) -> str:
    """The e-mail address of an admin of the account "Tests"."""
    return new_user(stack, "Tests", "admin")


@pytest.fixture(scope="module")
def project(stack: Stack) -> dict[str, Any]:
    return stack.new_project(f"Settings {secrets.token_hex(4)}")


def test_a_key_is_shown_once_works_and_is_revoked(stack: Stack, look: Any, admin: str, project: dict[str, Any]) -> None:
    page = look(f"{stack.edge}/settings/keys?p={project['project_id']}", admin)
    page.get_by_label("What it is for").fill("Nightly export")
    page.get_by_role("button", name="Create key").click()
    key = page.locator(".hw-notice pre").inner_text()
    pages = f"/projects/{project['project_id']}/pages"
    assert program(stack, key).get(pages).status == 200
    page.reload()
    row = page.get_by_role("row", name="Nightly export")
    expect(row).to_contain_text(key[:8])
    assert key not in page.content()
    row.get_by_role("button").click()
    row.get_by_role("button", name="Revoke for good?").click()
    expect(row.get_by_text("Revoked")).to_be_visible()
    assert program(stack, key).get(pages).status == 401


def test_what_was_typed_wrong_is_answered_and_nothing_changes(
    stack: Stack, look: Any, admin: str, project: dict[str, Any]
) -> None:
    page = look(f"{stack.edge}/settings?p={project['project_id']}", admin)
    origins = page.get_by_placeholder("https://shop.example")
    origins.fill("nonsense")
    origins.press("Enter")
    page.get_by_role("button", name="Save site").click()
    expect(page.locator(".hw-notice.hw-bad")).to_contain_text("is no origin")
    page.reload()
    expect(page.locator(".hw-site")).to_contain_text(stack.shop)
    expect(page.locator(".hw-site")).not_to_contain_text("nonsense")


def test_a_site_is_switched_off_and_a_second_one_added(
    stack: Stack, look: Any, admin: str, project: dict[str, Any]
) -> None:
    page = look(f"{stack.edge}/settings?p={project['project_id']}", admin)
    page.get_by_role("button", name="Add a site").click()
    expect(page.locator(".hw-site")).to_have_count(2)
    page.get_by_role("switch", name="Takes events").last.click()
    page.get_by_role("button", name="Save site").last.click()
    expect(page.locator(".hw-site").last).to_contain_text("Switched off")
    expect(page.locator(".hw-site").first).to_contain_text("On")


def test_a_new_project_is_where_one_is_led_to(stack: Stack, look: Any, admin: str) -> None:
    name = f"Made here {secrets.token_hex(4)}"
    page = look(f"{stack.edge}/settings/new-project", admin)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Address of the site").fill("https://made.example/a/page")
    page.get_by_role("button", name="Create project").click()
    expect(page.locator("#hw-project")).to_have_text(name)
    expect(page.get_by_text("https://made.example", exact=True)).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["p"]


def test_a_member_is_added_with_a_first_password_and_taken_out(
    stack: Stack, look: Any, admin: str, project: dict[str, Any]
) -> None:
    email = f"{secrets.token_hex(6)}@people.example"
    page = look(f"{stack.edge}/settings/people?p={project['project_id']}", admin)
    page.get_by_label("Email address", exact=True).fill(email)
    page.get_by_role("button", name="Add member").click()
    password = page.locator(".hw-notice .hw-copy-text").inner_text()
    new = signed_in(stack, email, password)
    assert new.get(f"/projects/{project['project_id']}/pages").status == 200
    row = page.get_by_role("row", name=email)
    row.get_by_role("button", name="Take out").click()
    row.get_by_role("button", name="Take out?").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("no member any more")
    assert new.get(f"/projects/{project['project_id']}/pages").status == 404


def test_a_guest_sees_the_project_under_shared_with_me_until_it_is_taken_back(
    stack: Stack, look: Any, admin: str, project: dict[str, Any]
) -> None:
    guest = new_user(stack, f"Agency {secrets.token_hex(4)}")
    page = look(f"{stack.edge}/settings/people?p={project['project_id']}", admin)
    page.get_by_label("Email address of a user").fill(guest)
    page.get_by_role("button", name="Give access").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("Shared with me")
    address = f"{stack.edge}/?p={project['project_id']}"
    theirs = look(address, guest)
    expect(theirs.locator("#hw-account")).to_have_text("Shared · Tests")
    theirs.goto(f"{stack.edge}/settings?p={project['project_id']}")
    expect(theirs.get_by_role("button", name="Save site")).to_have_count(0)
    expect(theirs.get_by_role("link", name="API keys")).to_have_count(0)
    row = page.get_by_role("row", name=guest)
    row.get_by_role("button", name="Take back").click()
    row.get_by_role("button", name="Take access back?").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("taken back")
    assert theirs.request.get(address, headers={"Accept": "text/html"}).status == 404


def test_an_open_share_link_is_listed_and_closed(stack: Stack, look: Any, shop: PlantShop, admin: str) -> None:
    path = f"/api/v1/projects/{shop.project_id}/recordings/{next(iter(shop.sessions.values()))}/links"
    made = signed_in(stack, admin).ask("POST", path, {"start_ms": 42_000})
    address = json.loads(made.body)["address"]
    page = look(shop.path("/settings/sharing"), admin)
    row = page.get_by_role("row", name="42 s")
    expect(row).to_contain_text(admin)
    assert page.request.get(address, headers={"Accept": "text/html"}).status == 200
    row.get_by_role("button", name="Take back").click()
    row.get_by_role("button", name="Close this link?").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("opens nothing")
    assert page.request.get(address, headers={"Accept": "text/html"}).status == 410


def test_a_viewer_is_offered_nothing_to_change(stack: Stack, look: Any, project: dict[str, Any]) -> None:
    viewer = new_user(stack, "Tests", "viewer")
    page = look(f"{stack.edge}/settings?p={project['project_id']}", viewer)
    expect(page.get_by_role("button", name=re.compile("Save|Add a site"))).to_have_count(0)
    page.goto(f"{stack.edge}/settings/people?p={project['project_id']}")
    expect(page.get_by_role("row", name=viewer)).to_contain_text("Viewer")
    expect(page.get_by_role("button", name="Add member")).to_have_count(0)
    assert page.request.get(
        f"{stack.edge}/settings/keys?p={project['project_id']}", headers={"Accept": "text/html"}
    ).status in (403, 404)
