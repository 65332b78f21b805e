"""The funnel builder: exact counts, bars that open exactly their recordings, and funnels that are kept."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from plant_shop import HOST, Look, PlantShop, sessions_listed
from playwright.sync_api import Locator, Page, expect

BOUGHT = {
    "steps": [
        {"kind": "page", "url": f"{HOST}/"},
        {"kind": "click", "selector": "#buy"},
        {"kind": "page", "url": "*/cart"},
        {"kind": "event", "name": "purchase"},
    ]
}


def funnel(shop: PlantShop, definition: object = BOUGHT) -> str:
    return shop.path("/funnels", f"f={quote(json.dumps(definition))}")


def field(page: Page, name: str) -> Locator:
    """A field of the form; the list of its suggestions has the same name."""
    return page.get_by_role("textbox", name=name, exact=True)


def counts(page: Page) -> list[str]:
    """How many sessions came to each step, as the table says."""
    page.wait_for_selector(".hw-funnel-table")
    return page.locator(".hw-funnel-table tbody tr td:nth-child(2)").all_inner_texts()


def wait_for_counts(page: Page, expected: list[str]) -> None:
    expect(page.locator(".hw-funnel-table tbody tr td:nth-child(2)")).to_have_text(expected)


def test_funnel_is_built_step_by_step_with_exact_counts(look: Look, shop: PlantShop, member: str) -> None:
    page = look(shop.path("/funnels"), member)
    expect(page.get_by_text("How many visitors get to where you want them?")).to_be_visible()
    page.get_by_title("Add a step: page").click()
    field(page, "Page of step 1").fill(f"{HOST}/")
    page.keyboard.press("Tab")
    wait_for_counts(page, ["4"])
    page.get_by_title("Add a step: click").click()
    field(page, "Click of step 2").fill("fern")
    page.get_by_role("option", name="Buy a fern · #buy").click()
    wait_for_counts(page, ["4", "3"])
    page.get_by_title("Add a step: event").click()
    field(page, "Event of step 3").fill("purchase")
    page.keyboard.press("Tab")
    wait_for_counts(page, ["4", "3", "2"])
    page.get_by_label("Properties of the event").fill("plan = pro")
    page.keyboard.press("Enter")
    wait_for_counts(page, ["4", "3", "1"])
    expect(page.locator(".hw-funnel-summary")).to_contain_text("1 of 4 sessions did all 3 steps")
    # The address is the funnel: whoever gets it sees the same.
    other = look(page.url, member)
    assert counts(other) == ["4", "3", "1"]
    expect(field(other, "Click of step 2")).to_have_value("Buy a fern · #buy")
    expect(other.get_by_label("Properties of the event")).to_have_value("plan = pro")


def test_steps_are_moved_and_removed_and_their_order_counts(look: Look, shop: PlantShop, member: str) -> None:
    steps = [{"kind": "page", "url": "*/cart"}, {"kind": "page", "url": f"{HOST}/"}]
    page = look(funnel(shop, {"steps": steps}), member)
    assert counts(page) == ["4", "0"]
    page.get_by_label("Move step 2 up").click()
    wait_for_counts(page, ["4", "3"])
    page.get_by_label("Remove step 1").click()
    wait_for_counts(page, ["4"])
    page.go_back()
    wait_for_counts(page, ["4", "3"])


@pytest.mark.parametrize(
    ("title", "visitors"),
    [
        ("Recordings of those who came to step 4", {"ada", "ben"}),
        ("Recordings of those who dropped off before step 4", {"cleo"}),
        ("Recordings of those who dropped off before step 2", {"dan"}),
    ],
)
def test_number_opens_exactly_its_recordings(
    look: Look, shop: PlantShop, member: str, title: str, visitors: set[str]
) -> None:
    page = look(funnel(shop), member)
    assert counts(page) == ["4", "3", "3", "2"]
    page.get_by_title(title).click()
    page.wait_for_url(lambda url: "/recordings?" in url)
    assert sessions_listed(page) == {shop.sessions[name] for name in visitors}


def test_bar_opens_exactly_its_recordings(look: Look, shop: PlantShop, member: str) -> None:
    page = look(funnel(shop), member)
    # Trace 2 holds those who dropped off; the fourth of its bars those who did not buy.
    bar = page.locator("#funnel-chart .barlayer .trace").nth(1).locator(".point path").nth(3)
    bar.click(force=True)
    page.wait_for_url(lambda url: "/recordings?" in url)
    assert sessions_listed(page) == {shop.sessions["cleo"]}


def test_breakdown_and_time_follow_the_form(look: Look, shop: PlantShop, member: str) -> None:
    page = look(funnel(shop, {**BOUGHT, "breakdown": "browser"}), member)
    rows = page.get_by_role("region", name="The funnel by browser").locator("tbody tr")
    expect(rows).to_have_count(2)
    assert [row.locator("td").all_inner_texts() for row in rows.all()] == [
        ["Chrome", "2", "1", "1", "0", "0.0%"],
        ["Firefox", "2", "2", "2", "2", "100.0%"],
    ]
    expect(page.get_by_text("Time from the first step to the last")).to_be_visible()
    field(page, "Within").click()
    page.get_by_role("option", name="5 minutes").click()
    page.wait_for_url(lambda url: "300" in url)
    wait_for_counts(page, ["4", "3", "3", "2"])


def test_funnel_is_saved_renamed_opened_and_deleted(look: Look, shop: PlantShop, member: str) -> None:
    page = look(funnel(shop), member)
    page.get_by_placeholder("Name this funnel").fill("Fern buyers")
    page.get_by_role("button", name="Save funnel").click()
    expect(page.get_by_role("link", name="Fern buyers")).to_be_visible()
    # The form is drawn anew for the saved funnel; a name that is typed before would be gone.
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    page.get_by_placeholder("Name this funnel").fill("Fern lovers")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as “Fern lovers”.")).to_be_visible()
    later = look(shop.path("/funnels"), member)
    assert later.locator(".hw-saved").all_inner_texts() == ["Fern lovers", "New funnel"]
    later.get_by_role("link", name="Fern lovers").click()
    wait_for_counts(later, ["4", "3", "3", "2"])
    expect(later.get_by_placeholder("Name this funnel")).to_have_value("Fern lovers")
    later.get_by_role("button", name="Delete this funnel").click()
    expect(later.locator(".hw-saved")).to_have_count(0)
    wait_for_counts(later, ["4", "3", "3", "2"])


@pytest.mark.parametrize("text", ["{", '{"steps":[{"kind":"dream"}]}', '{"steps":[],"window_s":-1}'])
def test_address_without_a_readable_funnel_is_an_answer(look: Look, shop: PlantShop, member: str, text: str) -> None:
    page = look(shop.path("/funnels", f"f={quote(text)}"), member)
    expect(page.locator(".hw-empty")).to_contain_text("This address holds no funnel that can be read")
