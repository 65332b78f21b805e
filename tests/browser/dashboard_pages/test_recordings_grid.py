"""The grid of recordings: columns, order, a long list, and what is done with chosen sessions."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from askers import new_user
from plant_shop import Look, PlantShop, sessions_listed
from playwright.sync_api import Page, expect
from public_api import PublicApi
from running_stack import Stack

from storage.postgres import Database
from storage.session_index import SessionDoc
from storage.session_index.postgres import PostgresSessions

ROWS = ".hw-sessions a.hw-session"
LongList = tuple[PublicApi, int, list[str]]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def choose(shop: PlantShop, page: Page, *names: str) -> None:
    """Tick these visitors' sessions."""
    for name in names:
        page.locator(f".hw-sessions [row-id='{shop.sessions[name]}'] input[type=checkbox]").check()
    expect(page.locator("#recordings-chosen")).to_contain_text(f"{len(names)} session")


def listed(shop: PlantShop, page: Page) -> list[str]:
    """Whose sessions are listed, from top to bottom."""
    by_session = {session: name for name, session in shop.sessions.items()}
    rows = page.locator(".hw-sessions .ag-row[row-id]").evaluate_all(
        "(all) => all.sort((a, b) => a.getAttribute('row-index') - b.getAttribute('row-index'))"
        ".map((row) => row.getAttribute('row-id'))"
    )
    return [by_session.get(row, row) for row in rows]


def test_head_of_a_column_orders_the_list_and_the_address_says_so(shop: PlantShop, look: Look, member: str) -> None:
    page = look(shop.path("/recordings"), member)
    expect(page.locator(ROWS)).to_have_count(5)
    page.locator(".ag-header-cell[col-id=pages]").click()
    expect(page.locator(".hw-sessions [row-index='0'] [col-id=pages]")).to_have_text("3")
    page.wait_for_url(lambda url: "sort=most_pages" in url)
    again = look(page.url, member)
    expect(again.locator(".ag-header-cell[col-id=pages]")).to_have_attribute("aria-sort", "descending")
    expect(again.get_by_label("Order").last).to_have_value("most_pages")
    expect(again.locator(".hw-sessions [row-index='0'] [col-id=pages]")).to_have_text("3")


def test_columns_are_chosen_shared_by_address_and_kept(shop: PlantShop, look: Look, member: str) -> None:
    page = look(shop.path("/recordings"), member)
    expect(page.locator(ROWS)).to_have_count(5)
    page.get_by_title("Columns").click()
    page.get_by_role("menuitemcheckbox", name="Exit").click()
    page.get_by_role("menuitemcheckbox", name="Events").click()
    expect(page.locator(".ag-header-cell[col-id=exit]")).to_have_count(0)
    page.wait_for_url(lambda url: "cols=" in url)
    columns = query(page)["cols"][0].split(",")
    assert "exit" not in columns
    assert "events" in columns
    shown = look(page.url, new_user(shop.stack, "Tests", "viewer"))
    shown.get_by_title("Columns").click()
    expect(shown.get_by_role("menuitemcheckbox", name="Events")).to_have_attribute("aria-checked", "true")
    expect(shown.get_by_role("menuitemcheckbox", name="Exit")).to_have_attribute("aria-checked", "false")
    page.goto(shop.path("/recordings"))
    expect(page.locator(ROWS)).to_have_count(5)
    expect(page.locator(".ag-header-cell[col-id=exit]")).to_have_count(0)
    page.get_by_title("Columns").click()
    page.get_by_role("button", name="Usual columns").click()
    expect(page.locator(".ag-header-cell[col-id=exit]")).to_have_count(1)


@pytest.fixture
def long_list(stack: Stack) -> LongList:
    """A project with 230 sessions, newest first."""
    project = stack.new_project(f"Long {uuid.uuid4().hex[:8]}", "https://long.example")
    now = dt.datetime.now(dt.UTC)
    docs = [
        SessionDoc(
            project_id=project["project_id"],
            day=now.date(),
            session_id=uuid.uuid4(),
            visitor_id=uuid.uuid4(),
            started_at=now - dt.timedelta(minutes=5 + number),
            ended_at=now - dt.timedelta(minutes=4 + number),
            page_views=1,
            entry_address=f"long.example/{number}",
            user_ref=f"user-{number}",
            traits={"plan": "team" if number % 2 else "solo", "seats": number},
            utm_medium="email" if number < 3 else "",
        )
        for number in range(230)
    ]
    PostgresSessions(Database(stack.settings, "owner", size=1)).upsert(docs)
    return (
        PublicApi(stack, project["project_id"], project["api_key"]),
        project["project_id"],
        [str(doc.session_id) for doc in docs],
    )


def test_scrolling_shows_every_session_of_a_long_list_once(
    stack: Stack, look: Look, member: str, long_list: LongList
) -> None:
    _, project, ids = long_list
    page = look(f"{stack.edge}/recordings?p={project}", member)
    expect(page.locator("#recordings-heading")).to_have_text("230 sessions")
    seen: dict[int, str] = {}
    for row in range(0, 230, 8):
        page.evaluate(f"dash_ag_grid.getApi('recordings-grid').ensureIndexVisible({row}, 'top')")
        page.wait_for_selector(f".hw-sessions .ag-row[row-index='{row}'] a")
        for index, session in page.locator(".hw-sessions .ag-row[row-id]").evaluate_all(
            "(all) => all.filter((row) => row.querySelector('a')).map("
            "(row) => [Number(row.getAttribute('row-index')), row.getAttribute('row-id')])"
        ):
            seen[index] = session
    assert [seen[index] for index in range(230)] == ids

    # Deep in the list the player's neighbours are those of the list.
    page.evaluate("dash_ag_grid.getApi('recordings-grid').ensureIndexVisible(150, 'top')")
    page.locator(".hw-sessions .ag-row[row-index='150'] a").click()
    page.wait_for_url(lambda url: ids[150] in url)
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url(lambda url: ids[149] in url)
    for wanted in ids[150:153]:
        page.get_by_role("link", name="Next").click()
        page.wait_for_url(lambda url, wanted=wanted: wanted in url)
    page.goto(page.url.replace(ids[152], ids[199]))
    page.get_by_role("link", name="Next").click()  # to the page behind the two that were read
    page.wait_for_url(lambda url: ids[200] in url)
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url(lambda url: ids[199] in url)
    page.get_by_role("link", name="Recordings", exact=True).last.click()
    page.wait_for_selector(ROWS)
    page.get_by_role("link", name="First page").click()
    page.wait_for_selector(f".hw-sessions [row-id='{ids[0]}']")


@pytest.mark.parametrize(
    ("field", "text", "number"),
    [
        ("Entry page has", "/22", 11),
        ("User", "user-7", 1),
        ("Trait", "plan:team", 115),
        ("Trait 2", "seats:12", 1),
        ("At most so many seconds", "59", 0),
        ("At least so many custom events", "1", 0),
    ],
)
def test_condition_cuts_the_list_down(
    stack: Stack,
    look: Look,
    member: str,
    long_list: LongList,
    field: str,
    text: str,
    number: int,
) -> None:
    page = look(f"{stack.edge}/recordings?p={long_list[1]}", member)
    expect(page.locator("#recordings-heading")).to_have_text("230 sessions")
    page.get_by_label(field, exact=True).fill(text)
    said = f"{number} session" + ("" if number == 1 else "s")
    expect(page.locator("#recordings-heading")).to_have_text(said)
    expect(look(page.url, member).locator("#recordings-heading")).to_have_text(said)


def test_facet_counts_follow_the_conditions(stack: Stack, look: Look, member: str, long_list: LongList) -> None:
    api, project, _ = long_list
    page = look(f"{stack.edge}/recordings?p={project}&trait=plan:team", member)
    email = page.locator(".hw-facet-choice", has_text="Desktop")
    page.get_by_label("Entry page has", exact=True).fill("/1")
    expect(page.locator("#recordings-heading")).to_have_text("56 sessions")
    assert api.get("/recordings", trait="plan:team", entry="/1")["total"] == 56
    assert api.get("/recordings", utm_medium="email")["total"] == 3
    expect(email).to_have_count(0)  # one kind of device is nothing to choose


def test_played_recording_is_watched_by_who_played_it(stack: Stack, look: Look, own_shop: PlantShop) -> None:
    shop, me, other = own_shop, new_user(stack, "Tests", "viewer"), new_user(stack, "Tests", "viewer")
    page = look(shop.path("/recordings"), me)
    page.locator(f".hw-sessions [row-id='{shop.sessions['ada']}'] a").click()
    page.wait_for_selector(".hw-player[data-hw-state=ready], .hw-player[data-hw-state=paused]")
    page.locator(".hw-player").focus()
    with page.expect_response(
        lambda got: "_dash-update" in got.url and "recording-watched" in (got.request.post_data or "")
    ):
        page.keyboard.press("k")
    page.goto(shop.path("/recordings"))
    expect(page.locator(".hw-sessions .hw-watched")).to_have_count(1)
    page.get_by_label("Watched").select_option("0")
    expect(page.locator(ROWS)).to_have_count(4)
    page.get_by_label("Watched").select_option("1")
    expect(page.locator(ROWS)).to_have_count(1)
    assert sessions_listed(page) == {shop.sessions["ada"]}
    choose(shop, page, "ada")
    page.get_by_role("button", name="Not watched").click()
    expect(page.locator(".hw-empty")).to_contain_text("No session fits")
    theirs = look(shop.path("/recordings"), other)
    expect(theirs.locator(ROWS)).to_have_count(5)
    expect(theirs.locator(".hw-watched")).to_have_count(0)


def test_tags_are_put_on_and_taken_off_and_filter(look: Look, member: str, own_shop: PlantShop) -> None:
    page = look(own_shop.path("/recordings"), member)
    choose(own_shop, page, "ada", "ben")
    page.get_by_title("Tag").click()
    page.get_by_label("Tag", exact=True).fill("check, out")
    page.get_by_role("button", name="Add tag").click()
    expect(page.locator("#recordings-said")).to_contain_text("no comma")
    page.get_by_label("Tag", exact=True).fill("checkout")
    page.get_by_role("button", name="Add tag").click()
    expect(page.locator("#recordings-said")).to_have_text("2 sessions tagged “checkout”.")
    expect(page.locator(".hw-sessions .hw-tag")).to_have_count(2)
    page.get_by_role("button", name="checkout 2").click()
    expect(page.locator(ROWS)).to_have_count(2)
    again = look(page.url, member)
    expect(again.locator(ROWS)).to_have_count(2)
    choose(own_shop, again, "ada")
    again.get_by_title("Tag").click()
    again.get_by_label("Tag", exact=True).fill("checkout")
    again.get_by_role("button", name="Take tag off").click()
    expect(again.locator(ROWS)).to_have_count(1)
    assert listed(own_shop, again) == ["ben"]


def test_segment_is_saved_opened_by_others_and_deleted(
    stack: Stack, look: Look, member: str, own_shop: PlantShop
) -> None:
    page = look(own_shop.path("/recordings"), member)
    page.get_by_title("Save segment").click()
    page.get_by_label("These conditions, as").fill("Nothing")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#recordings-said")).to_contain_text("choose some first")
    page.goto(own_shop.path("/recordings", "browser=Firefox&min_clicks=4"))
    page.get_by_title("Save segment").click()
    page.get_by_label("These conditions, as").fill("Busy foxes")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Busy foxes")).to_have_class("hw-in-place hw-saved hw-current")
    viewer = look(own_shop.path("/recordings"), new_user(stack, "Tests", "viewer"))
    expect(viewer.locator(ROWS)).to_have_count(5)
    viewer.get_by_role("link", name="Busy foxes").click()
    expect(viewer.locator(ROWS)).to_have_count(1)
    assert query(viewer)["browser"] == ["Firefox"]
    assert viewer.get_by_title("Save segment").count() == 0
    page.get_by_title("Save segment").click()
    page.get_by_role("button", name="Delete", exact=True).last.click()
    expect(page.get_by_role("link", name="Busy foxes")).to_have_count(0)
    expect(page.locator(ROWS)).to_have_count(1)


def test_playlist_keeps_its_order_and_leads_from_one_to_the_next(look: Look, member: str, own_shop: PlantShop) -> None:
    page = look(own_shop.path("/recordings"), member)
    for name in ("eve", "ben", "ada"):
        choose(own_shop, page, name)
        page.get_by_title("Playlist").click()
        page.get_by_label("Playlist", exact=True).fill("To show")
        page.get_by_role("button", name="Add to playlist").click()
        expect(page.locator("#recordings-said")).to_contain_text("put into the playlist “To show”")
        expect(page.locator("#recordings-bar")).to_be_hidden()
    page.get_by_role("link", name="To show").click()
    expect(page.locator(ROWS)).to_have_count(3)
    assert listed(own_shop, page) == ["eve", "ben", "ada"]
    choose(own_shop, page, "ada")
    page.get_by_title("Move up").click()
    expect(page.locator(f".hw-sessions [row-index='1'][row-id='{own_shop.sessions['ada']}']")).to_be_visible()
    page.locator(".hw-sessions [row-index='0'] a").click()
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(lambda url: own_shop.sessions["ada"] in url)
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(lambda url: own_shop.sessions["ben"] in url)
    page.get_by_role("link", name="Recordings", exact=True).last.click()
    expect(page.locator(ROWS)).to_have_count(3)
    choose(own_shop, page, "eve")
    page.get_by_title("Take out").click()
    expect(page.locator(ROWS)).to_have_count(2)
    page.get_by_role("button", name="Delete playlist").click()
    expect(page.locator(ROWS)).to_have_count(5)


def test_chosen_sessions_are_deleted_after_it_was_asked(
    stack: Stack, look: Look, member: str, own_shop: PlantShop
) -> None:
    page = look(own_shop.path("/recordings"), member)
    choose(own_shop, page, "ben", "dan")
    page.get_by_title("Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("2 sessions chosen")
    expect(page.get_by_role("dialog")).to_contain_text("can't be undone")
    page.get_by_role("button", name="Keep them").click()
    expect(page.locator("#recordings-chosen")).to_have_text("2 sessions chosen")
    page.get_by_title("Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#recordings-said")).to_have_text("2 sessions deleted for good.")
    expect(page.locator(ROWS)).to_have_count(3)
    assert sorted(listed(own_shop, page)) == ["ada", "cleo", "eve"]
    page.goto(own_shop.path(f"/recordings/{own_shop.sessions['ben']}"))
    expect(page.locator(".hw-empty")).to_contain_text("There is no such recording")


def test_viewer_chooses_but_changes_nothing(stack: Stack, look: Look, shop: PlantShop) -> None:
    page = look(shop.path("/recordings"), new_user(stack, "Tests", "viewer"))
    choose(shop, page, "ada")
    expect(page.get_by_role("button", name="Mark watched")).to_be_visible()
    for name in ("Tag", "Playlist", "Delete"):
        assert page.locator("#recordings-bar").get_by_title(name, exact=True).count() == 0


def test_keyboard_opens_a_session(shop: PlantShop, page: Page) -> None:
    expect(page.locator(ROWS)).to_have_count(5)
    page.locator(".ag-header-cell[col-id=began]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: any(f"/recordings/{session}" in url for session in shop.sessions.values()))
