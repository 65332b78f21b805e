"""What a worker that has just started believes of boxes: what is stored is read once a page, and not written again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from collector.worker.places import Boxes, PageKey
from collector.worker.seen_boxes import SeenBoxes
from heatwake.settings import Settings
from storage.page_layouts import BoxRow, put_boxes
from storage.postgres import Database

BOX, MOVED = (10, 20, 120, 40, 1280), (10, 25, 120, 40, 1280)


@pytest.fixture(scope="module")
def database(database_settings: Settings) -> Iterator[Database]:
    database = Database(database_settings, "worker", size=2)
    yield database
    database.close()


def stored(database: Database, project_id: int, page_id: int, *elements: int) -> None:
    with database.transaction() as connection:
        put_boxes(connection, [BoxRow(project_id, page_id, 1, element, *BOX) for element in elements])


def seen_now(boxes: dict[PageKey, dict[int, tuple[int, ...]]]) -> Boxes:
    rows = [box for own in boxes.values() for box in own.values()]
    numbers = iter(range(len(rows)))
    pages = {page: dict(zip(own, numbers, strict=False)) for page, own in boxes.items()}
    return Boxes(pages, np.array(rows, np.int64))


def test_stored_boxes_are_not_written_again_unless_they_moved(
    database: Database, other_projects: Callable[[], int]
) -> None:
    project_id = other_projects()
    stored(database, project_id, 7, 1, 2)
    seen, page = SeenBoxes(), (project_id, 7, 1)
    seen.learn(database, [page, (project_id, 8, 1)])
    assert len(seen) == 2
    assert seen.worth_writing(seen_now({page: {1: BOX, 2: BOX}})) == []
    assert seen.worth_writing(seen_now({page: {1: MOVED, 3: BOX}})) == [
        BoxRow(*page, 1, *MOVED),
        BoxRow(*page, 3, *BOX),
    ]
    assert seen.worth_writing(seen_now({(project_id, 8, 1): {1: BOX}})) == [BoxRow(project_id, 8, 1, 1, *BOX)]


def test_pages_met_longest_ago_are_forgotten_and_read_again(
    database: Database, other_projects: Callable[[], int]
) -> None:
    project_id = other_projects()
    for page_id in (1, 2, 3):
        stored(database, project_id, page_id, 1, 2)
    seen = SeenBoxes(most=4)
    for page_id in (1, 2, 3):
        seen.learn(database, [(project_id, page_id, 1)])
        assert len(seen) <= 4
    everywhere: dict[PageKey, dict[int, tuple[int, ...]]] = {
        (project_id, page_id, 1): {1: BOX} for page_id in (1, 2, 3)
    }
    assert [row.page_id for row in seen.worth_writing(seen_now(everywhere))] == [1]
    seen.learn(database, everywhere)
    assert seen.worth_writing(seen_now({(project_id, 1, 1): {1: BOX}})) == []
