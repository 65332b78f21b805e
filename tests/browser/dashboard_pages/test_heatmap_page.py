"""The heatmap of a page: every click on its element with its count, and the recordings behind each."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from plant_shop import HOST, Look, PlantShop, sessions_listed
from playwright.sync_api import Page, expect

FRAME = ".hw-heatmap-frame iframe"


def ready(page: Page) -> Page:
    page.wait_for_selector(".hw-heatmap[data-hw-state=ready]")
    return page


def ranking(page: Page) -> dict[str, str]:
    """Element's name → its count and share."""
    rows = page.locator(".hw-ranking .hw-ranked")
    return {
        row.locator("strong").inner_text(): " ".join(row.locator(".hw-ranked-count > *").all_inner_texts())
        for row in rows.all()
    }


def test_list_of_pages_leads_to_a_map_with_every_click_on_its_element(look: Look, shop: PlantShop, member: str) -> None:
    page = look(shop.path("/heatmaps"), member)
    row = page.get_by_role("row", name="Plants that forgive")
    assert row.locator("td").all_inner_texts()[1:4] == ["4", "4", "9"]
    row.get_by_role("link").click()
    ready(page)
    assert ranking(page) == {"Buy a fern": "4 44.4%", "Our story": "3 33.3%", "Half price today": "2 22.2%"}
    expect(page.locator("#heatmap-placement")).to_contain_text("7 clicks drawn. 2 unplaced")
    # The heat is where the button is on the rebuilt page.
    box = page.frame_locator(FRAME).locator("#buy").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hw-heatmap-tip")).to_have_text("Buy a fern4 clicks · 44 %")


def test_click_on_the_map_opens_the_recordings_with_that_click(look: Look, shop: PlantShop, member: str) -> None:
    page = ready(look(shop.path(f"/heatmaps/{shop.home}"), member))
    box = page.frame_locator(FRAME).locator("#story").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(lambda url: f"el={quote('#story')}" in url)
    page.get_by_role("link", name="2 recordings with it").click()
    page.wait_for_url(lambda url: "/recordings?" in url)
    assert sessions_listed(page) == {shop.sessions["cleo"], shop.sessions["dan"]}
    expect(page.locator("#recordings-heading")).to_contain_text(f"2 sessions with: Click on “#story” on {HOST}/")


def test_ranked_element_is_outlined_by_keyboard_and_kept_in_the_address(
    look: Look, shop: PlantShop, member: str
) -> None:
    page = ready(look(shop.path(f"/heatmaps/{shop.home}"), member))
    page.locator(".hw-ranked").first.focus()
    expect(page.locator(".hw-heatmap-element[data-hw-pointed]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".hw-element-card h2")).to_have_text("Buy a fern")
    page.reload()
    expect(page.locator(".hw-element-card h2")).to_have_text("Buy a fern")
    page.go_back()
    expect(page.locator(".hw-element-card")).to_have_count(0)


def test_kind_and_width_change_the_map_in_place(look: Look, shop: PlantShop, member: str) -> None:
    page = ready(look(shop.path(f"/heatmaps/{shop.home}"), member))
    page.get_by_label("Layout").last.select_option("390")
    expect(page.locator(".hw-legend")).to_contain_text("Page at 390 px")
    page.get_by_role("link", name="Scroll").click()
    expect(page.locator(".hw-scroll-median")).to_contain_text("Half of the views came this far")
    expect(page.locator("#heatmap-side")).to_contain_text("60 % down")
    assert "kind=scroll" in page.url
    assert "width=390" in page.url
    page.get_by_role("link", name="Taps").click()
    expect(page.locator("#heatmap-side")).to_contain_text("No taps in this period")


def test_map_is_saved_as_a_picture(look: Look, shop: PlantShop, member: str) -> None:
    page = ready(look(shop.path(f"/heatmaps/{shop.home}"), member))
    with page.expect_download() as started:
        page.get_by_role("button", name="Save PNG").click()
    assert started.value.suggested_filename == f"heatmap-click-{HOST}.png"
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/heatmaps/999999", "", "This project has no such page"),
        ("/heatmaps", "q=no-such-page", "No page has “no-such-page”"),
        ("/heatmaps", "range=custom&from=2001-01-01&to=2001-01-02", "No page was viewed in this period"),
    ],
)
def test_nothing_to_show_is_an_answer(
    look: Look, shop: PlantShop, member: str, path: str, query: str, said: str
) -> None:
    expect(look(shop.path(path, query), member).locator(".hw-empty")).to_contain_text(said)


def test_movement_of_a_segment_is_an_answer_that_leads_on(look: Look, shop: PlantShop, member: str) -> None:
    page = look(shop.path(f"/heatmaps/{shop.home}", "kind=move&browser=Firefox"), member)
    expect(page.locator(".hw-empty")).to_contain_text("Movement can't be cut down to a segment")
    page.get_by_role("link", name="Show clicks").click()
    ready(page)
    assert ranking(page) == {"Buy a fern": "3 75.0%", "Half price today": "1 25.0%"}
