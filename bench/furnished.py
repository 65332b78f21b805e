"""A house in which everything that visitors.lua can meet has been met: names have ids, elements their boxes.

What comes once is no part of what a request costs; a site that has been there for a while has it behind it.
"""

from __future__ import annotations

from itertools import islice

from bench.whole_way import Crowd
from storage import naming, page_layouts
from storage.devices import DEVICE_CODES
from storage.page_address import page_address
from storage.page_layouts import BoxRow
from storage.postgres import Database

ELEMENTS = 40  # as in visitors.lua, like all that follows
VIEWPORT = 1280
DEVICES = ("desktop", "mobile")
AT_ONCE = 50_000  # rows a transaction


def furnish(database: Database, crowd: Crowd, origin: str) -> None:
    """Give names their ids and elements their boxes on every page and device."""
    projects = list(crowd.sites.values())
    pages = range(1, max(1, crowd.pages // len(projects)) + 1)
    addresses = [page_address(f"{origin}/products/{number}") for number in pages]
    selectors = {f"#main > div:nth-of-type({number}) > a:nth-of-type(1)": number for number in range(1, ELEMENTS + 1)}
    titles = {(project_id, address): "Product" for project_id in projects for address in addresses}
    labels = {(project_id, selector): "Add to cart" for project_id in projects for selector in selectors}
    page_ids = naming.pages(database, titles).ids
    element_ids = naming.elements(database, labels).ids
    naming.event_names(database, {(project_id, "viewed"): "" for project_id in projects})
    rows = (
        BoxRow(
            *(project_id, page_ids[project_id, address], DEVICE_CODES[device], element_ids[project_id, selector]),
            *(number % 8 * 130, number * 45, 120, 40, VIEWPORT),
        )
        for project_id in projects
        for address in addresses
        for device in DEVICES
        for selector, number in selectors.items()
    )
    while some := list(islice(rows, AT_ONCE)):
        with database.transaction(projects) as connection:
            page_layouts.put_boxes(connection, some)
