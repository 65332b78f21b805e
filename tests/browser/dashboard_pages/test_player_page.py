"""A recording's page: notes, the list that goes along, one recording after the other, a file that plays anywhere."""

from __future__ import annotations

from pathlib import Path

from plant_shop import HOME_WORDS, Look, PlantShop
from playwright.sync_api import Browser, Page, expect

FRAME = ".hw-stage-frame iframe"


def opened(shop: PlantShop, look: Look, member: str, visitor: str = "ada", query: str = "", width: int = 1440) -> Page:
    page = look(shop.path(f"/recordings/{shop.sessions[visitor]}", query), member, width=width)
    page.wait_for_selector(".hw-player[data-hw-complete]")
    return page


def test_note_on_a_moment_is_marked_changed_and_taken_away(shop: PlantShop, look: Look, member: str) -> None:
    page = opened(shop, look, member, query="t=0:04")
    page.locator(".hw-player").focus()
    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Why does nobody <b>pay</b>?")
    page.locator("#note-tag").fill("checkout")
    page.locator("#note-add").click()
    note = page.locator(".hw-note-list li")
    expect(note).to_contain_text("Why does nobody <b>pay</b>?")
    expect(note).to_contain_text(member)
    expect(note.locator(".hw-note-at")).to_have_text("0:04")
    expect(page.locator(".hw-mark-note")).to_have_count(1)

    page.locator(".hw-player").focus()
    page.keyboard.press("Home")
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text(HOME_WORDS)
    note.locator(".hw-note-jump").click()
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text("This is cart")

    note.get_by_text("Change").click()
    note.locator("textarea").fill("They pay after all")
    note.get_by_role("button", name="Save").click()
    expect(note.locator(".hw-note-text")).to_have_text("They pay after all")
    again = opened(shop, look, member)
    expect(again.locator(".hw-mark-note")).to_have_count(1)
    again.locator(".hw-note-list").get_by_text("Change").click()
    again.get_by_role("button", name="Delete the note").click()
    expect(again.locator(".hw-note-list")).to_have_count(0)
    expect(again.locator(".hw-mark-note")).to_have_count(0)


def test_list_goes_along_with_the_player(shop: PlantShop, look: Look, member: str) -> None:
    page = opened(shop, look, member)
    current = page.locator(".hw-happened [aria-current=step]")
    page.locator(".hw-player").focus()
    page.keyboard.press("End")
    expect(current).to_contain_text("Thank you")
    page.keyboard.press("Home")
    expect(current).to_contain_text("Plants that forgive")
    page.keyboard.press(".")
    expect(current).to_contain_text("Buy a fern")


def test_recordings_play_one_after_the_other(shop: PlantShop, look: Look, member: str) -> None:
    page = opened(shop, look, member, "eve")
    page.get_by_role("button", name="Play on").click()
    expect(page.locator("#recording-autoplay")).to_have_attribute("aria-pressed", "true")
    page.locator(".hw-player").focus()
    page.keyboard.press("k")
    page.wait_for_url(lambda url: shop.sessions["dan"] in url)
    page.wait_for_selector(".hw-player[data-hw-state=playing], .hw-player[data-hw-state=ended]")
    page.locator("#recording-autoplay").click()
    expect(page.locator("#recording-autoplay")).to_have_attribute("aria-pressed", "false")


def test_exported_file_plays_offline_and_can_be_played_here_again(
    shop: PlantShop, look: Look, member: str, browser: Browser, tmp_path: Path
) -> None:
    page = opened(shop, look, member)
    with page.expect_download() as got:
        page.locator("#recording-export").click()
    file = tmp_path / "recording.html"
    got.value.save_as(file)

    offline = browser.new_context(offline=True)
    alone = offline.new_page()
    asked: list[str] = []
    thrown: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("pageerror", lambda error: thrown.append(str(error)))
    alone.goto(file.as_uri())
    alone.wait_for_selector(".hw-player[data-hw-state=ready]")
    expect(alone.frame_locator(FRAME).locator("h1")).to_have_text(HOME_WORDS)
    alone.locator(".hw-event-list").get_by_text("Pay now").click()
    expect(alone.frame_locator(FRAME).locator("h1")).to_have_text("This is cart")
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:", "blob:"))] == []
    assert thrown == []
    refused = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"
    assert alone.evaluate(refused) == "refused"
    offline.close()

    # A file from elsewhere can hold anything beside its recording.
    hostile = "<script>window.pwned = true</script><img src=x onerror='window.pwned = true'>"
    file.write_text(file.read_text().replace("<body>", f"<body>{hostile}"))
    page.get_by_role("link", name="Play an exported file").click()
    page.locator("#recording-file input[type=file]").set_input_files(file)
    expect(page.frame_locator(FRAME).locator("h1")).to_have_text(HOME_WORDS)
    assert page.evaluate("typeof window.pwned") == "undefined"
    nonsense = tmp_path / "nonsense.html"
    nonsense.write_text("<p>nothing</p>")
    page.locator("#recording-file input[type=file]").set_input_files(nonsense)
    expect(page.locator("#recording-file")).to_contain_text("not a recording that Heatwake has exported")
