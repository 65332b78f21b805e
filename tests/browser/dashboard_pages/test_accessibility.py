"""axe finds nothing serious on any page, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plant_shop import PlantShop
from playwright.sync_api import Page
from running_stack import Stack

AXE = Path(__file__).resolve().parents[3] / "components" / "node_modules" / "axe-core" / "axe.min.js"
PATHS = (
    "/",
    "/heatmaps",
    "/funnels",
    "/recordings",
    "/ledger",
    "/usage",
    "/settings",
    "/settings/people",
    "/settings/sharing",
    "/settings/you",
)
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map(
    (one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}"""


def serious(page: Page) -> list[str]:
    """axe's serious and critical findings on what is shown."""
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize(
    ("scheme", "paths"), [("light", PATHS), ("dark", ("/", "/recordings", "/ledger", "/settings"))]
)
def test_no_page_has_serious_findings(
    shop: PlantShop, look: Any, member: str, scheme: str, paths: tuple[str, ...]
) -> None:
    page = look(shop.path("/"), member)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for path in paths:
        page.goto(shop.path(path))
        page.wait_for_selector(".hw-page h1")
        page.wait_for_load_state("networkidle")
        found[path] = serious(page)
    assert {path: said for path, said in found.items() if said} == {}


def test_neither_sign_in_nor_menus_nor_the_palette_have_any(
    stack: Stack, shop: PlantShop, look: Any, member: str
) -> None:
    page = look(shop.path("/"), member, width=390)
    page.get_by_title("Date range").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    assert serious(page) == []
    page.context.clear_cookies()
    page.goto(f"{stack.edge}/sign-in")
    page.wait_for_selector("#sign-in")
    assert serious(page) == []
