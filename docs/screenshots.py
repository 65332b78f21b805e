"""Take the README's pictures from a running stack: `.venv/bin/python docs/screenshots.py` after `bin/up`.

Signs in as the demo user, looks at what the demo visits left, and writes `docs/images/*.png`.
"""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from heatwake.settings import ROOT, Settings, load
from ops.demo_visits.browser import chromium
from ops.secrets import demo
from storage import saved_funnels
from storage.page_traffic import page_by
from storage.postgres import Database
from storage.session_index import SessionFilter, open_session_index

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
PATIENCE_MS = 90_000
PRODUCT = "/product/ember-lamp"


def addresses(settings: Settings, project_id: int) -> dict[str, tuple[str, str]]:
    """For each picture the address of its page, and what must be on it before it is taken."""
    database = Database(settings, "app", size=1)
    shop = f"{settings.edge.host}:{settings.shop.port}"
    with database.transaction([project_id]) as connection:
        page = page_by(connection, project_id, shop + PRODUCT)
        funnels = saved_funnels.funnels(connection, project_id)
    now = dt.datetime.now(dt.UTC)
    where = SessionFilter(start=now - dt.timedelta(days=30), end=now + dt.timedelta(days=1), devices=["desktop"])
    longest = open_session_index(settings, database).search(project_id, where, "most_pages", 1).items
    if page is None or not funnels or not longest:
        raise SystemExit("The demo visits are not there yet: bin/heatwake demo sends them.")
    asked = urlencode({"p": project_id})
    return {
        "heatmap": (f"/heatmaps/{page[0]}?{asked}", ".hw-heatmap-frame iframe"),
        "overview": (f"/?{asked}&range=24h", ".js-plotly-plot"),
        "funnel": (f"/funnels?{asked}&{urlencode({'f': definition(funnels[0])})}", ".js-plotly-plot"),
        "recordings": (f"/recordings?{asked}", "#recordings-list a"),
        "player": (f"/recordings/{longest[0].session_id}?{asked}&t=0:05", ".hw-stage-frame iframe"),
    }


def definition(funnel: saved_funnels.FunnelRow) -> str:
    """A saved funnel as the page's address has it."""
    return json.dumps(funnel.definition)


def take(page: Page, address: str, waits_for: str, name: str) -> None:
    """One picture."""
    page.goto(address, timeout=PATIENCE_MS)
    page.locator(waits_for).first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(3_000)  # fonts, charts and the replayed page draw themselves
    page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    settings = load()
    known = demo(settings)
    if known is None:
        raise SystemExit("There is no demo project: bin/up makes it.")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        page = browser.new_context(viewport=SIZE).new_page()
        page.goto(f"{settings.public_url}/sign-in", timeout=PATIENCE_MS)
        page.fill("[name=email]", known["email"], timeout=PATIENCE_MS)
        page.fill("[name=password]", known["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "sign-in" not in address, timeout=PATIENCE_MS)
        for name, (path, waits_for) in addresses(settings, known["project_id"]).items():
            take(page, settings.public_url + path, waits_for, name)
            print(f"docs/images/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
