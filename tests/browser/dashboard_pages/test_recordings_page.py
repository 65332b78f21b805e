"""Recordings: the list and its filters, the player, and sharing one recording until it is taken back."""

from __future__ import annotations

from askers import new_user
from plant_shop import HOME_WORDS, Look, PlantShop, sessions_listed
from playwright.sync_api import Page, expect
from running_stack import Stack

FRAME = ".hw-stage-frame iframe"
ROWS = ".hw-sessions a.hw-session"


def names(shop: PlantShop, page: Page) -> set[str]:
    """Whose sessions are listed."""
    by_session = {session: name for name, session in shop.sessions.items()}
    return {by_session.get(session, session) for session in sessions_listed(page)}


def playable(page: Page) -> Page:
    page.wait_for_selector(".hw-player[data-hw-state=ready], .hw-player[data-hw-state=paused]")
    return page


def shared_link(page: Page) -> str:
    """Opens the share dialog, creates a link and gives its address."""
    page.locator("#share-open").click()
    page.locator("#share-create").click()
    return page.locator(".hw-share-created .hw-copy-text").inner_text()


def test_filters_cut_the_list_down_and_stand_in_the_address(
    shop: PlantShop, page: Page, look: Look, member: str
) -> None:
    assert names(shop, page) == {"ada", "ben", "cleo", "dan", "eve"}
    page.get_by_role("button", name="Firefox").click()
    expect(page.locator(ROWS)).to_have_count(2)
    assert names(shop, page) == {"ada", "ben"}
    page.get_by_role("button", name="Chrome").click()
    expect(page.locator(ROWS)).to_have_count(5)
    page.get_by_role("button", name="Firefox").click()
    expect(page.locator(ROWS)).to_have_count(3)
    page.get_by_label("Entry or exit page has").fill("/cart")
    expect(page.locator(ROWS)).to_have_count(2)
    assert names(shop, look(page.url, member)) == {"cleo", "eve"}
    page.get_by_label("At least so many clicks").fill("9")
    expect(page.locator(".hw-empty")).to_contain_text("No session fits")


def test_order_is_the_address_and_leads_from_one_to_the_next(shop: PlantShop, page: Page) -> None:
    page.get_by_label("Order").last.select_option("most_clicks")
    first = page.locator(".hw-sessions [row-index='0']")
    expect(first.locator("[col-id=clicks]")).to_have_text("4")
    first.locator("a").click()
    playable(page)
    assert shop.sessions["ada"] in page.url
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(lambda url: shop.sessions["dan"] in url)
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url(lambda url: shop.sessions["ada"] in url)


def test_list_is_cards_on_a_phone(shop: PlantShop, look: Look, member: str) -> None:
    page = look(shop.path("/recordings"), member, width=390)
    expect(page.locator(".hw-sessions [row-index='0'] .hw-session-more").first).to_contain_text("1 page")
    expect(page.locator(".hw-sessions [col-id=entry]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_label("Entry or exit page has")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_label("Entry or exit page has")).to_be_visible()


def test_player_shows_the_page_and_follows_what_is_chosen(shop: PlantShop, look: Look, member: str) -> None:
    page = playable(look(shop.path(f"/recordings/{shop.sessions['ada']}"), member))
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text(HOME_WORDS)
    assert page.locator(".hw-chapters button .hw-chapter-label").all_inner_texts() == [
        "Plants that forgive", "Your cart", "Thank you",
    ]  # fmt: skip
    moments = page.locator(".hw-moment .hw-timeline-name").all_inner_texts()
    assert [text.split("\n")[-1] for text in moments[:4]] == ["Buy a fern", "Buy a fern", "Half price today", "Pay now"]
    page.get_by_role("button", name="purchase").click()
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("This is cart")
    expect(page.locator(".hw-receipt")).to_contain_text("Whole: nothing is missing.")
    page.locator(".hw-player").focus()
    page.keyboard.press("Home")
    page.keyboard.press("k")
    page.wait_for_selector(".hw-player[data-hw-state=playing], .hw-player[data-hw-state=ended]")


def test_address_begins_at_its_time_and_the_page_leads_to_its_heatmap(shop: PlantShop, look: Look, member: str) -> None:
    page = playable(look(shop.path(f"/recordings/{shop.sessions['ada']}", "t=0:04"), member))
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("This is cart")
    page.get_by_role("link", name="Heatmap", exact=True).first.click()
    page.wait_for_url(lambda url: f"/heatmaps/{shop.home}?" in url and "width=1280" in url and "device=desktop" in url)


def test_link_shows_one_recording_to_anyone_until_it_is_taken_back(shop: PlantShop, look: Look, member: str) -> None:
    page = playable(look(shop.path(f"/recordings/{shop.sessions['ben']}", "t=0:03"), member))
    address = shared_link(page)
    anyone = playable(look(address))
    expect(anyone.frame_locator(FRAME).locator("h1")).to_have_text("This is cart")
    expect(anyone.locator(".hw-rail")).to_have_count(0)
    assert anyone.get_by_role("link", name="Heatmap", exact=True).count() == 0
    page.get_by_role("button", name="Take back the link").click()
    expect(page.get_by_role("button", name="Take back the link")).to_have_count(0)
    gone = anyone.goto(address)
    assert gone
    assert gone.status == 410
    assert "This link no longer works" in anyone.inner_text("h1")


def test_user_of_another_account_sees_the_shared_recording_and_nothing_else(
    stack: Stack, shop: PlantShop, look: Look, member: str
) -> None:
    friend = new_user(stack)
    page = playable(look(shop.path(f"/recordings/{shop.sessions['cleo']}"), member))
    page.locator("#share-open").click()
    page.get_by_label("E-mail address").fill("nobody@people.example")
    page.locator("#share-give").click()
    expect(page.locator("#share-given")).to_contain_text("Nobody here has this address")
    page.get_by_label("E-mail address").fill(friend)
    page.locator("#share-give").click()
    expect(page.locator("#share-people")).to_contain_text(friend)

    theirs = look(f"{stack.edge}/shared", friend)
    theirs.get_by_role("link", name="A recording of Plants").click()
    playable(theirs)
    expect(theirs.frame_locator(FRAME).locator("h1")).to_have_text(HOME_WORDS)
    assert theirs.locator("#share-open, #delete-open, #recording-next").count() == 0
    for path in ("/recordings", f"/recordings/{shop.sessions['dan']}", "/heatmaps", "/funnels"):
        theirs.goto(shop.path(path))
        expect(theirs.locator("body")).to_contain_text("not open to you", ignore_case=True)
        assert theirs.locator(".hw-sessions, .hw-player, .hw-pages-table, .hw-builder").count() == 0

    page.get_by_role("button", name=f"Take back from {friend}").click()
    expect(page.locator("#share-people")).not_to_contain_text(friend)
    theirs.goto(f"{stack.edge}/shared")
    expect(theirs.get_by_text("Nothing was shared with you yet")).to_be_visible()


def test_deleted_recording_is_gone_and_the_next_one_is_shown(
    stack: Stack, look: Look, member: str, own_shop: PlantShop
) -> None:
    page = playable(look(own_shop.path(f"/recordings/{own_shop.sessions['dan']}"), member))
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("button", name="Delete for good").click()
    page.wait_for_url(lambda url: own_shop.sessions["cleo"] in url)
    page.goto(own_shop.path("/recordings"))
    assert names(own_shop, page) == {"ada", "ben", "cleo", "eve"}
    page.goto(own_shop.path(f"/recordings/{own_shop.sessions['dan']}"))
    expect(page.locator(".hw-empty")).to_contain_text("There is no such recording")
