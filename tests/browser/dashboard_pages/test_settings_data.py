"""Settings, Data: for how long things are kept, limits, and erasing somebody, as an admin does it."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from askers import new_user, program
from door import new_site, until
from plant_shop import Look
from playwright.sync_api import expect
from recorded_visit import send_visit
from running_stack import Stack
from test_accessibility import serious

from storage import quotas
from storage.postgres import Database
from storage.quotas import Limits
from storage.removal import retention
from storage.removal.retention import Keeps


def test_visitor_is_shown_then_erased_and_the_receipt_taken_away(stack: Stack, look: Look) -> None:
    site = new_site(stack)
    api = program(stack, site.api_key)
    gone, stays = send_visit(stack, site.key), send_visit(stack, site.key)
    path = f"/projects/{site.project_id}/recordings"
    until(lambda: all(api.get(f"{path}/{one.session}").json.get("chunks") == 2 for one in (gone, stays)), "both visits")
    visitor = api.get(f"{path}/{gone.session}").json["session"]["visitor"]
    page = look(f"{stack.edge}/settings/data?p={site.project_id}", new_user(stack, "Door tests", "admin"))
    expect(page.get_by_text("Nobody was erased yet")).to_be_visible()
    page.get_by_label("Id", exact=True).fill("nobody")
    page.get_by_role("button", name="See what there is").click()
    expect(page.locator("#erase-asked")).to_contain_text("32 hex digits")
    page.get_by_label("Id", exact=True).fill(visitor)
    page.get_by_role("button", name="See what there is").click()
    expect(page.locator("#erase-asked")).to_contain_text("1 visitor, 1 session, 2 page views, 3 clicks, 1 recording")
    page.get_by_role("button", name="Erase for good").click()
    assert api.get(f"{path}/{gone.session}").status == 200  # the first press only asks
    page.get_by_role("button", name="Press again").click()
    row = page.get_by_role("row", name="visitor")
    expect(row).to_contain_text("Done")
    expect(row).to_contain_text("nothing left")
    assert api.get(f"{path}/{gone.session}").status == 404
    assert api.get(f"{path}/{stays.session}").json["chunks"] == 2
    with page.expect_download() as saved:
        row.get_by_role("link", name="Receipt").click()
    told = json.loads(Path(saved.value.path()).read_text())
    assert set(told["found_after"].values()) == {0}
    assert uuid.UUID(visitor).hex not in json.dumps(told)
    assert visitor not in page.content()


def test_days_and_limits_are_kept_and_nonsense_is_answered(stack: Stack, look: Look) -> None:
    site = new_site(stack)
    page = look(f"{stack.edge}/settings/data?p={site.project_id}", new_user(stack, "Door tests", "admin"))
    page.get_by_label("Days that recordings are kept").fill("90")
    page.get_by_label("Days that sessions are kept").fill("30")
    page.get_by_role("button", name="Save days").click()
    expect(page.locator(".hw-notice.hw-bad")).to_contain_text("longer than the sessions")
    page.get_by_label("Days that recordings are kept").fill("30")
    page.get_by_label("Days that sessions are kept").fill("365")
    page.get_by_role("button", name="Save days").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("The days were saved")
    page.get_by_label("Sessions a month").fill("5000")
    page.get_by_role("button", name="Save limits").click()
    expect(page.locator(".hw-notice.hw-good")).to_contain_text("limits were saved")
    page.reload()
    expect(page.get_by_label("Days that sessions are kept")).to_have_value("365")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert serious(page) == []
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        assert retention.keeps(connection, site.project_id) == Keeps(30, 365)
        assert quotas.limits(connection, site.project_id) == Limits(None, None, 5000)


def test_who_is_no_admin_is_not_offered_it(stack: Stack, look: Look) -> None:
    site = new_site(stack)
    member = new_user(stack, "Door tests", "member")
    page = look(f"{stack.edge}/settings?p={site.project_id}", member)
    expect(page.get_by_role("link", name="People")).to_be_visible()
    expect(page.get_by_role("link", name="Data", exact=True)).to_have_count(0)
    data = f"{stack.edge}/settings/data?p={site.project_id}"
    assert page.request.get(data, headers={"Accept": "text/html"}).status == 403
