"""A house in which everything that visitors.lua can meet has been met: names have ids, elements their boxes. And one
that has been at work for a while: each project has some of what is folded now and then, another number of them each.

What comes once is no part of what a request costs; a site that has been there for a while has it behind it. What is
folded is: all projects of a new house would have it to do in the same moment, and none before.
"""

from __future__ import annotations

import datetime as dt
import random
from itertools import islice

import numpy as np

from bench.whole_way import Crowd
from collector.worker.upkeep import FACT_DELTAS, HEAT_BATCHES
from storage import heat_batches, naming, page_layouts
from storage.devices import DEVICE_CODES
from storage.facts import FactKind
from storage.facts.postgres import append_rows
from storage.facts.rows import ROWS, PackedRows, pack_rows
from storage.heat import POINTS, HeatKind
from storage.heat_batches import PLACES, HeatBatch, pack_batch
from storage.page_address import page_address
from storage.page_layouts import BoxRow
from storage.postgres import Database

ELEMENTS = 40  # as in visitors.lua, like all that follows
VIEWPORT = 1280
DEVICES = ("desktop", "mobile")
AT_ONCE = 50_000  # rows a transaction
FACTS, POINTS_EACH = 4.65, 6.2  # of a request
DIFFERENT = 8  # values of a project, taken in turns


def furnish(database: Database, crowd: Crowd, origin: str, requests: float = 0) -> None:
    """Give names their ids and elements their boxes on every page and device.

    `requests`: that a project has in a batch; unless 0, it gets such rows as so many leave, to be folded.
    """
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
    if requests:
        pages_of = {one: [page_ids[one, address] for address in addresses] for one in projects}
        elements_of = {one: [element_ids[one, selector] for selector in selectors] for one in projects}
        _leave(database, pages_of, elements_of, requests)


def _leave(database: Database, pages: dict[int, list[int]], elements: dict[int, list[int]], requests: float) -> None:
    """Rows as batches leave them, for each project fewer than make folding worth it, any number of them."""
    chance = np.random.default_rng(1)
    day = dt.datetime.now(dt.UTC).date().isoformat()
    facts = {one: [_facts(pages[one], elements[one], requests, chance) for _ in range(DIFFERENT)] for one in pages}
    heat = {one: [_heat(pages[one], elements[one], requests, chance) for _ in range(DIFFERENT)] for one in pages}
    fact_deltas = {one: random.randrange(FACT_DELTAS) for one in pages}
    heat_deltas = {one: random.randrange(HEAT_BATCHES) for one in pages}
    for number in range(max(FACT_DELTAS, HEAT_BATCHES)):
        at = number % DIFFERENT
        with database.transaction(pages) as connection:
            append_rows(connection, {(one, day): facts[one][at] for one in pages if number < fact_deltas[one]})
            heat_batches.append_in(
                connection, {(one, day): heat[one][at] for one in pages if number < heat_deltas[one]}
            )


def _facts(pages: list[int], elements: list[int], requests: float, chance: np.random.Generator) -> PackedRows:
    rows = np.zeros(max(1, round(requests * FACTS)), ROWS)
    rows["session"] = np.frombuffer(chance.bytes(16 * len(rows)), ROWS["session"])
    rows["page_view"] = chance.integers(1, 2**47, len(rows))
    rows["at"] = int(dt.datetime.now(dt.UTC).timestamp() * 1000) - np.arange(len(rows))
    rows["page_id"], rows["element_id"] = chance.choice(pages, len(rows)), chance.choice(elements, len(rows))
    rows["fx"], rows["fy"] = chance.integers(0, 10_000, (2, len(rows)))
    rows["kind"], rows["device"] = FactKind.CLICK, DEVICE_CODES[DEVICES[0]]
    return pack_rows(rows, [None] * len(rows))


def _heat(pages: list[int], elements: list[int], requests: float, chance: np.random.Generator) -> HeatBatch:
    points = np.ones(max(1, round(requests * POINTS_EACH)), POINTS)
    points["element_id"] = chance.choice(elements, len(points))
    points["fx"], points["fy"] = chance.integers(0, 256, (2, len(points)))
    places = np.zeros(max(1, round(len(points) / 3)), PLACES)
    places["page_id"] = chance.choice(pages, len(places))
    places["device"] = chance.choice([DEVICE_CODES[device] for device in DEVICES], len(places))
    places["kind"] = chance.choice([int(HeatKind.CLICK), int(HeatKind.MOVE)], len(places))
    places["points"] = len(points) // len(places)
    places["points"][-1] += len(points) - int(places["points"].sum())
    return pack_batch(places, points)
