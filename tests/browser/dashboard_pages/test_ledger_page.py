"""The ledger in a real browser: what was sent and what became of it, hour by hour."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from askers import new_user, program
from door import Door, Visitor, events, new_site, until
from plant_shop import Look
from playwright.sync_api import Page, expect
from recorded_visit import send_visit
from running_stack import Stack


def requests_of(page: Page, reason: str) -> str:
    """What the grid says in the row of this reason."""
    row = page.locator(".ag-center-cols-container .ag-row").filter(has_text=reason)
    return row.locator('[col-id="requests"]').inner_text()


def test_every_request_is_in_the_grid_which_follows_and_stays_sorted_and_goes_into_a_file(
    stack: Stack, look: Look
) -> None:
    site, door, visitor = new_site(stack), Door(stack), Visitor()
    for number in range(3):
        assert door.send(f"/c/e?{visitor.query(site.key, number)}", events()).status == 204
    assert door.send(f"/c/e?{visitor.query(site.key, 9)}", b"no JSON").status == 400
    page = look(f"{stack.edge}/ledger?p={site.project_id}&range=24h", new_user(stack, "Door tests"))
    rows = page.locator(".ag-center-cols-container .ag-row")
    expect(rows).to_have_count(2)
    assert (requests_of(page, "accepted"), requests_of(page, "malformed")) == ("3", "1")

    page.locator("#ledger-grid").get_by_role("columnheader", name="Requests").click()
    expect(rows.filter(has_text="malformed")).to_have_attribute("row-index", "0")
    door.close()  # the edge ends a connection that is quiet for long, and a page may take long on a busy machine
    assert door.send(f"/c/e?{visitor.query(site.key, 3)}", events()).status == 204
    door.close()
    expect(rows.filter(has_text="accepted").locator('[col-id="requests"]')).to_have_text("4")
    expect(rows.filter(has_text="malformed")).to_have_attribute("row-index", "0")

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save CSV").click()
    assert saved.value.suggested_filename == "heatwake-ledger.csv"
    lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[1:] for line in lines] == [
        ['"Outcome"', '"Reason"', '"Requests"', '"Events"'],
        ['"Turned away"', '"malformed"', '"1"', '""'],
        ['"Kept"', '"accepted"', '"4"', '"8"'],
    ]
    expect(page.locator(".hw-proof")).to_contain_text(
        "counted 5 requests on its own: each of them is in one line above"
    )


def test_whoever_misses_a_visit_is_told_what_became_of_it(stack: Stack, look: Look) -> None:
    site = new_site(stack)
    sent = send_visit(stack, site.key)
    api = program(stack, site.api_key)
    there = f"/projects/{site.project_id}/recordings/{sent.session}"
    until(lambda: api.get(there).json.get("chunks") == 2, "the visit to be there")
    page = look(f"{stack.edge}/ledger?p={site.project_id}&range=24h", new_user(stack, "Door tests"))
    answer = page.locator("#visit-answer")
    page.get_by_label("Which").fill("yesterday")
    page.get_by_role("button", name="Find the visit").click()
    expect(answer).to_contain_text("is no time: write it as")
    page.get_by_label("Which").fill(dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M"))
    page.get_by_label("Which").press("Enter")
    expect(answer).to_contain_text("1 visit was under way within 5 minutes")
    expect(answer).to_contain_text("Nothing was turned away in that hour")
    expect(answer.get_by_role("img", name="Missing: pages without a recording")).to_be_visible()
    answer.get_by_role("link", name="Play").click()
    receipt = page.locator(".hw-receipt")
    expect(receipt).to_contain_text("With gaps")
    expect(receipt).to_contain_text("Page 2: not recorded")
    expect(receipt).to_contain_text("left before the recorder had loaded")
    expect(receipt).to_contain_text("what looks personal (normal)")


def test_visit_that_left_no_trace_says_where_else_to_look(stack: Stack, look: Look) -> None:
    site = new_site(stack)
    page = look(f"{stack.edge}/ledger?p={site.project_id}&range=24h", new_user(stack, "Door tests"))
    page.get_by_label("What you know").click()
    page.get_by_role("option", name="Session id").click()
    page.get_by_label("Which").fill(secrets.token_hex(16))
    page.get_by_role("button", name="Find the visit").click()
    answer = page.locator("#visit-answer")
    expect(answer).to_contain_text("Nothing of this session is kept")
    expect(answer).to_contain_text("ad blocker")
