"""A visit on its whole way: a real buyer in the demo shop, then the public API and the dashboard tell of it.

The same on the plain and on the full stack, where recordings lie in S3 and the session list in Elasticsearch.
"""

from __future__ import annotations

import json
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
import zstandard
from door import until
from pictures import difference
from playwright.sync_api import Browser, Page, expect
from public_api import PublicApi
from running_stack import Stack
from shop_visit import CLICKED, PRODUCT, TEXT_OF, TYPED, Visited, buy

from storage.blobs import open_blobs

SEEN_S = 30
MOST_DIFFERENCE = 0.03  # of 1; a scaled frame has softer edges


@pytest.fixture(scope="module", params=["stack", pytest.param("full_stack", marks=pytest.mark.full)])
def visited(request: pytest.FixtureRequest, browser: Browser) -> Visited:
    """The buyer has been in the shop, and the API has begun to tell of it."""
    stack: Stack = request.getfixturevalue(request.param)
    visit = buy(stack, browser)
    api = api_of(stack)
    whole = until(lambda: told(api, visit), "the API to tell of the whole visit", SEEN_S)
    assert uuid.UUID(whole["id"]) == uuid.UUID(visit.session)
    return visit


def api_of(stack: Stack) -> PublicApi:
    return PublicApi(stack, stack.project["project_id"], stack.project["api_key"])


def told(api: PublicApi, visit: Visited) -> dict[str, Any] | None:
    """The visit in the list of recordings, once all of its pages and both of its custom events are there."""
    items = api.get("/recordings", utm_source=visit.campaign)["items"]
    whole = [row for row in items if row["pages"] == len(visit.addresses) and row["events"] == 2 and row["recorded"]]
    return whole[0] if whole else None


def session_of(visit: Visited) -> dict[str, Any]:
    row = told(api_of(visit.stack), visit)
    assert row
    return row


def test_list_tells_what_kind_of_visit_it_was(visited: Visited) -> None:
    row = session_of(visited)
    host = visited.stack.shop.removeprefix("http://")
    assert (row["device"], row["browser"]) == ("desktop", "Chrome")
    assert (row["entry"], row["exit"]) == (f"{host}/", f"{host}/thanks")


def test_clicks_are_on_the_right_elements_with_the_right_counts(visited: Visited) -> None:
    heatmap = api_of(visited.stack).get(
        "/heatmaps", page=visited.stack.shop + PRODUCT, kind="click", utm_source=visited.campaign
    )
    assert (heatmap["views"], heatmap["total"], heatmap["placed"]) == (1, len(CLICKED), len(CLICKED))
    # The innermost element is what is clicked: the icon within the link.
    counts = {re.split(r" > ", element["selector"])[0]: element["count"] for element in heatmap["elements"]}
    assert counts == dict.fromkeys(CLICKED, 1)
    texts = {element["selector"]: element["text"] for element in heatmap["elements"]}
    assert texts["#add-to-cart"] == "Add to cart"


def test_pages_of_a_single_page_walk_are_told_apart(visited: Visited) -> None:
    views = api_of(visited.stack).get(f"/recordings/{session_of(visited)['id']}")["page_views"]
    assert [urlsplit(view["url"]).path for view in views] == visited.addresses
    titles = [view["title"] for view in views]
    assert titles[2:5] == ["Table · Wickmoor", "Lamps · Wickmoor", "Ember lamp · Wickmoor"]


def test_funnel_counts_its_way_to_the_purchase(visited: Visited) -> None:
    steps = [
        {"kind": "page", "url": visited.stack.shop + PRODUCT},
        {"kind": "event", "name": "add_to_cart", "where": {"item": "ember-lamp", "price": 129}},
        {"kind": "page", "url": f"{visited.stack.shop}/checkout"},
        {"kind": "event", "name": "purchase", "where": {"total": 129}},
    ]
    question = {"steps": steps, "filters": {"utm_source": [visited.campaign]}}
    answer = api_of(visited.stack).post("/funnels/query", question)
    assert [step["count"] for step in answer["steps"]] == [1, 1, 1, 1]
    never = [*steps[:1], {"kind": "event", "name": "purchase", "where": {"total": 1}}]
    answer = api_of(visited.stack).post("/funnels/query", {**question, "steps": never})
    assert [step["count"] for step in answer["steps"]] == [1, 0]


def test_recording_is_whole_and_in_order(visited: Visited) -> None:
    api = api_of(visited.stack)
    events = api.get(f"/recordings/{session_of(visited)['id']}/events")["events"]
    assert sum(event["type"] == 2 for event in events) >= visited.loads
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


def test_nothing_typed_has_left_the_browser(visited: Visited) -> None:
    stack = visited.stack
    # A short one could stand in a time or a hash by chance; with its quotes it can't.
    secrets = [(text if len(text) > 7 else f'"{text}"').encode() for text in TYPED.values()]

    def found(where: Iterable[bytes]) -> list[bytes]:
        return [secret for said in where for secret in secrets if secret in said]

    assert visited.sent
    assert found(opened(body) for body in visited.sent) == []
    events = api_of(stack).get(f"/recordings/{session_of(visited)['id']}/events")
    assert found([json.dumps(events, ensure_ascii=False).encode()]) == []
    assert found(rows_of(stack, visited.session)) == []
    assert found(blobs_of(stack)) == []


def opened(body: bytes) -> bytes:
    """What a request says, whether it was packed or not."""
    return zlib.decompress(body, 31) if body[:2] == b"\x1f\x8b" else body


def rows_of(stack: Stack, session: str) -> Iterator[bytes]:
    """Every row of every table that names the session, and those that name nobody."""
    with psycopg.connect(stack.settings.dsn("owner")) as connection:
        tables = connection.execute(
            "SELECT c.table_name, bool_or(c.column_name = 'session_id') FROM information_schema.columns c"
            " JOIN pg_class k ON k.relname = c.table_name AND k.relkind IN ('r', 'p') AND NOT k.relispartition"
            " WHERE c.table_schema = 'public' GROUP BY 1"
        ).fetchall()
        for table, of_sessions in tables:
            where = f" WHERE t.session_id = '{uuid.UUID(session)}'" if of_sessions else ""
            for (row,) in connection.execute(f"SELECT t::text FROM {table} t{where}"):
                yield row.encode()


def blobs_of(stack: Stack) -> Iterator[bytes]:
    """Every blob of the demo project, opened."""
    store = open_blobs(stack.settings)
    for kind in ("recordings", "snapshots"):
        for key, _ in store.list(f"{kind}/{stack.project['project_id']}/"):
            yield zstandard.ZstdDecompressor().decompressobj().decompress(store.get(key))


@pytest.fixture
def dashboard(visited: Visited, browser: Browser) -> Iterator[Page]:
    """The demo user has signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{visited.stack.edge}/")
    page.fill("[name=email]", visited.stack.email)
    page.fill("[name=password]", visited.stack.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    yield page
    context.close()


def address(visited: Visited, path: str, **query: object) -> str:
    """An address of the dashboard that shows this visit alone."""
    asked = {"p": visited.stack.project["project_id"], "utm_source": visited.campaign, **query}
    return f"{visited.stack.edge}{path}?{urlencode(asked)}"


def test_overview_counts_what_the_list_has(visited: Visited, dashboard: Page) -> None:
    dashboard.goto(address(visited, "/"))
    sessions = api_of(visited.stack).get("/recordings", limit=1)["total"]
    tile = dashboard.locator(".hw-tile", has_text="Sessions").first
    expect(tile).to_contain_text(f"{sessions:,}")


def test_heatmap_page_draws_the_clicks_of_the_visit(visited: Visited, dashboard: Page) -> None:
    api = api_of(visited.stack)
    page_id = api.get("/heatmaps", page=visited.stack.shop + PRODUCT, kind="click")["page"]
    dashboard.goto(address(visited, f"/heatmaps/{page_id}"))
    # What is in a closed dialog is not on the picture of the page: it is counted, and not drawn over something else.
    expect(dashboard.get_by_text(f"{len(CLICKED) - 1} clicks drawn. 1 unplaced")).to_be_visible()
    for selector in CLICKED:
        expect(dashboard.locator(f"[data-map-element^='{selector}'] b")).to_have_text("1")
    frame = dashboard.frame_locator(".hw-heatmap-frame iframe")
    expect(frame.locator("#add-to-cart")).to_have_text("Add to cart")


def test_replay_looks_like_the_page_did(visited: Visited, dashboard: Page) -> None:
    session = session_of(visited)
    dashboard.goto(address(visited, "/recordings"))
    expect(dashboard.locator(f"a[href*='{session['id']}']").first).to_be_visible()
    dashboard.goto(address(visited, f"/recordings/{session['id']}", t=seen_at(visited)))
    frame = dashboard.locator(".hw-stage-frame iframe")
    shown = dashboard.frame_locator(".hw-stage-frame iframe")
    expect(shown.locator("#colour-name")).to_have_text("Ochre")
    assert frame.evaluate(f"(frame) => ({TEXT_OF})(frame.contentDocument)") == visited.product_text
    dashboard.add_style_tag(content=".hw-big-play { visibility: hidden }")  # it lies over the page
    replayed = frame.screenshot(animations="disabled")
    assert difference(dashboard, replayed, visited.product_picture) < MOST_DIFFERENCE
    assert difference(dashboard, replayed, visited.home_picture) > 3 * MOST_DIFFERENCE


def seen_at(visited: Visited) -> str:
    """When the product's page was looked at, as the player counts: seconds since the recording's first event."""
    chunks = [json.loads(opened(body)) for body in visited.sent]
    first = min(event["timestamp"] for chunk in chunks if isinstance(chunk, list) for event in chunk)
    seconds = -(-(visited.product_seen_ms - first) // 1000)
    return f"{seconds // 60}:{seconds % 60:02}"


def test_player_plays_the_visit_to_its_end(visited: Visited, dashboard: Page) -> None:
    dashboard.goto(address(visited, f"/recordings/{session_of(visited)['id']}"))
    shown = dashboard.frame_locator(".hw-stage-frame iframe")
    expect(shown.locator("#hero-lamps")).to_be_visible()
    dashboard.locator(".hw-speeds button", has_text="8").click()
    dashboard.locator(".hw-play").click()
    expect(shown.get_by_role("heading", name="Thank you")).to_be_visible(timeout=30_000)
    expect(shown.locator("#for")).not_to_contain_text("Zebedee")
