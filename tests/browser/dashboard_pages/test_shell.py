"""The frame around every page: sign-in, switching projects, one view on all pages, palette, theme, keyboard, phone."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from askers import PASSWORD, new_user
from plant_shop import PlantShop
from playwright.sync_api import Browser, Page, expect
from recorded_visit import send_visit
from running_stack import Stack

WITHIN_A_PROJECT = ("/", "/heatmaps", "/funnels", "/recordings", "/ledger", "/usage", "/settings")
OF_SETTINGS = ("/settings/keys", "/settings/people", "/settings/sharing", "/settings/you", "/settings/new-project")


@pytest.fixture(scope="module")
def account() -> str:
    """The name of an account of this module's own."""
    return f"Shell {secrets.token_hex(4)}"


def make_project(stack: Stack, account: str, name: str) -> dict[str, Any]:
    made = stack.run("project", "create", "--org", account, "--name", name, "--origin", stack.shop, "--json")
    assert made.returncode == 0, made.stderr
    project: dict[str, Any] = json.loads(made.stdout)
    return project


@pytest.fixture(scope="module")
def projects(stack: Stack, account: str) -> dict[str, dict[str, Any]]:
    """Two projects of the account by name; the first has had a visit."""
    made = {name: make_project(stack, account, name) for name in ("Alder", "Birch")}
    send_visit(stack, made["Alder"]["site_key"])
    return made


@pytest.fixture(scope="module")
def owner(stack: Stack, account: str, projects: dict[str, dict[str, Any]]) -> str:
    """The e-mail address of the account's owner."""
    return new_user(stack, account, "owner")


@pytest.fixture
def nobody(browser: Browser) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def sign_in(page: Page, email: str, password: str) -> None:
    page.fill("#sign-in-email", email)
    page.fill("#sign-in-password", password)
    page.click("#sign-in button[type=submit]")


def test_after_a_wrong_password_the_right_one_leads_to_where_one_wanted(
    stack: Stack, nobody: Page, owner: str, projects: dict[str, dict[str, Any]]
) -> None:
    wanted = f"/ledger?p={projects['Alder']['project_id']}&range=7d"
    nobody.goto(stack.edge + wanted)
    assert urlsplit(nobody.url).path == "/sign-in"
    sign_in(nobody, owner, "not my password")
    expect(nobody.get_by_role("alert")).to_contain_text("do not belong together")
    sign_in(nobody, owner, PASSWORD)
    expect(nobody.get_by_role("heading", level=1)).to_have_text("Ledger")
    assert nobody.url == stack.edge + wanted


def test_signing_out_closes_the_dashboard(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/", owner)
    page.get_by_title("You", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(f"{stack.edge}/")
    assert urlsplit(page.url).path == "/sign-in"


def test_an_address_without_a_project_leads_to_the_one_looked_at_last(
    stack: Stack, look: Any, owner: str, projects: dict[str, dict[str, Any]]
) -> None:
    birch = str(projects["Birch"]["project_id"])
    page = look(f"{stack.edge}/?p={birch}", owner)
    expect(page.locator("#hw-project")).to_have_text("Birch")
    page.goto(f"{stack.edge}/ledger")
    assert query(page)["p"] == [birch]


def test_switching_the_project_changes_it_everywhere(
    stack: Stack, look: Any, owner: str, account: str, projects: dict[str, dict[str, Any]]
) -> None:
    alder, birch = (str(projects[name]["project_id"]) for name in ("Alder", "Birch"))
    page = look(f"{stack.edge}/?p={alder}&range=7d", owner)
    page.get_by_title("Switch account or project").click()
    page.get_by_role("group", name=account).get_by_text("Birch").click()
    expect(page.locator("#hw-project")).to_have_text("Birch")
    expect(page.locator("#hw-account")).to_have_text(account)
    expect(page.locator(".hw-copyable").first).to_contain_text(projects["Birch"]["site_key"])
    assert query(page) == {"p": [birch], "range": ["7d"]}
    for link in page.locator(".hw-rail-links a").all():
        assert f"p={birch}&range=7d" in (link.get_attribute("href") or "")


def test_range_and_device_stay_in_the_address_over_pages_and_reloads(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/", owner)
    page.get_by_title("Date range").click()
    page.get_by_text("Last 7 days").click()
    page.wait_for_url("**range=7d*")
    page.get_by_title("Mobile").click()
    page.wait_for_url("**device=mobile*")
    page.get_by_role("navigation", name="Main", exact=True).get_by_text("Ledger").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger")
    assert query(page) | {"p": []} == {"p": [], "range": ["7d"], "device": ["mobile"]}
    page.reload()
    expect(page.locator("#hw-range")).to_have_text("Last 7 days")
    expect(page.locator(".hw-devices [aria-current]")).to_have_attribute("title", "Mobile")


def test_any_days_can_be_chosen_from_the_calendar(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/?range=7d", owner)
    page.get_by_title("Date range").click()
    page.locator(".hw-range-days button[data-direction=previous]").click()
    days = page.locator(".hw-range-days td button:not([data-outside]):not([data-hidden])")
    days.nth(2).click()
    days.nth(8).click()
    page.wait_for_url("**range=custom*")
    asked = query(page)
    assert asked["from"][0].endswith("-03")
    assert asked["to"][0].endswith("-09")
    expect(page.locator("#hw-range")).to_have_text(re.compile(r"^3 \w+ \d{4} to 9 \w+ \d{4}$"))


def test_the_palette_goes_anywhere_by_keyboard_alone(stack: Stack, look: Any, shop: PlantShop, member: str) -> None:
    page = look(shop.path("/"), member)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to a page")
    expect(field).to_be_focused()
    page.keyboard.type("usa")
    expect(page.get_by_role("option", selected=True)).to_have_text("Usage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Usage")
    page.keyboard.press("Control+k")
    page.keyboard.type("cart")
    expect(page.get_by_role("option", name="cart")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/heatmaps/*")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#hw-palette")).to_be_hidden()


def test_a_chosen_theme_is_remembered(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/", owner)
    shown = page.locator("html")
    expect(shown).to_have_attribute("data-mantine-color-scheme", "light")
    page.get_by_title("You", exact=True).click()
    page.get_by_role("button", name="Dark").click()
    expect(shown).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(shown).to_have_attribute("data-mantine-color-scheme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 17, 20)"


def test_an_empty_project_shows_its_snippet_and_then_its_first_event_by_itself(
    stack: Stack, look: Any, owner: str, account: str
) -> None:
    project = make_project(stack, account, f"Fresh {secrets.token_hex(3)}")
    page = look(f"{stack.edge}/?p={project['project_id']}&range=24h", owner)
    expect(page.get_by_text("Waiting for the first event")).to_be_visible()
    expect(page.locator(".hw-copyable").first).to_contain_text(f"/h/{project['site_key']}.js")
    for guide in ("React and Next.js", "WordPress", "Shopify", "Tag manager", "CSP header"):
        page.get_by_role("tab", name=guide).click()
        expect(page.get_by_role("tabpanel").locator("pre")).to_contain_text(urlsplit(stack.edge).netloc)
    send_visit(stack, project["site_key"], clicks=3)
    expect(page.get_by_role("link", name=re.compile("^Sessions 1 "))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name=re.compile("^Clicks 4 "))).to_be_visible(timeout=30_000)
    expect(page.locator("#overview-series .js-plotly-plot")).to_be_visible(timeout=30_000)


def test_a_page_nobody_may_see_looks_like_one_that_does_not_exist(stack: Stack, look: Any, shop: PlantShop) -> None:
    stranger = new_user(stack, f"Elsewhere {secrets.token_hex(4)}")
    context = look(f"{stack.edge}/settings/you", stranger).context
    said = []
    for project_id in (shop.project_id, 999_999_999):
        answer = context.request.get(f"{stack.edge}/ledger?p={project_id}", headers={"Accept": "text/html"})
        said.append((answer.status, re.sub(r"Request \w+|project \d+", "", answer.text())))
    assert said[0] == said[1]
    assert said[0][0] == 404


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_opens_without_errors_and_without_sideways_scrolling(
    stack: Stack, look: Any, owner: str, projects: dict[str, dict[str, Any]], width: int
) -> None:
    page = look(f"{stack.edge}/", owner, width=width)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    visited, empty = (str(projects[name]["project_id"]) for name in ("Alder", "Birch"))
    opened = [(path, visited) for path in (*WITHIN_A_PROJECT, *OF_SETTINGS)]
    opened += [(path, empty) for path in WITHIN_A_PROJECT if width == 390]
    for path, project in opened:
        page.goto(f"{stack.edge}{path}?p={project}")
        page.wait_for_selector(".hw-page h1")
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {width} px"
    assert said == []


def test_operations_are_for_operators(stack: Stack, look: Any, nobody: Page, owner: str) -> None:
    page = look(f"{stack.edge}/", owner)
    expect(page.get_by_role("navigation", name="Main", exact=True).get_by_text("Operations")).to_have_count(0)
    assert page.request.get(f"{stack.edge}/operations", headers={"Accept": "text/html"}).status == 403
    nobody.goto(f"{stack.edge}/sign-in?next=/operations")
    sign_in(nobody, stack.email, stack.password)
    expect(nobody.get_by_role("heading", level=1)).to_have_text("Operations")
    for store in ("Postgres", "Event stream", "Cache", "Blobs", "Session index"):
        expect(nobody.get_by_role("row", name=re.compile(f"^{store}"))).to_contain_text("Well")
    assert stack.run("deploy", "mark", "shell-test-1").returncode == 0
    expect(nobody.get_by_role("row", name="shell-test-1")).to_be_visible(timeout=30_000)


def test_the_keyboard_reaches_everything_and_can_skip_to_the_page(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/", owner)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#hw-main")).to_be_focused()
    page.reload()
    page.wait_for_selector(".hw-page")
    names = []
    for _ in range(18):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.title || document.activeElement.textContent.trim()"))
    for name in ("Switch account or project", "Overview", "Ledger", "Settings", "You", "Date range", "Mobile"):
        assert name in names
    page.get_by_title("Date range").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Today")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_title("Date range")).to_be_focused()
    expect(page.locator("#hw-range-menu")).not_to_have_attribute("open", "")


def test_on_a_phone_the_rail_is_a_drawer(stack: Stack, look: Any, owner: str) -> None:
    page = look(f"{stack.edge}/", owner, width=390)
    expect(page.locator("#hw-rail")).to_be_hidden()
    page.get_by_role("button", name="More").click()
    page.locator("#hw-rail").get_by_text("Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    expect(page.locator("#hw-rail")).to_be_hidden()
    page.get_by_role("navigation", name="Main sections").get_by_text("Recordings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recordings")
