"""Names of pages, elements and events: the same name keeps its id, and a project has room for so many."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest

from collector.records import Record, framed
from collector.worker.dictionary import Dictionary
from collector.worker.names import NUMBER_SHIFT, Met
from collector.worker.scan import Reader, Scan
from collector.worker.scan_library import library
from heatwake.settings import Settings
from storage import naming
from storage.event_stream import Entry
from storage.naming import OTHER, Given, Limits, Named
from storage.postgres import Database

Give = Callable[[Database, dict[Named, str], int], Given]
KINDS: list[Give] = [naming.pages, naming.elements, naming.event_names]


@pytest.fixture(scope="module")
def database(database_settings: Settings) -> Iterator[Database]:
    database = Database(database_settings, "worker")
    yield database
    database.close()


def named(project: int, *names: str) -> dict[Named, str]:
    return {(project, name): "" for name in names}


@pytest.mark.parametrize("give", KINDS)
def test_name_keeps_its_id(database: Database, project: int, other_projects: Callable[[], int], give: Give) -> None:
    first = give(database, named(project, "a", "b"), 10)
    again = give(database, named(project, "b", "c", "a"), 10)
    assert {again.ids[project, "a"], again.ids[project, "b"]} == set(first.ids.values())
    assert len(set(again.ids.values())) == 3
    other = other_projects()
    assert give(database, named(other, "a"), 10).ids[other, "a"] not in again.ids.values()
    assert give(database, {}, 10) == Given({}, set(), {})


@pytest.mark.parametrize("give", KINDS)
def test_names_beyond_the_room_are_all_other(database: Database, project: int, give: Give) -> None:
    first = give(database, named(project, "a", "b", "c"), 2)
    assert first.over == {(project, "c")}
    assert first.ids[project, "c"] == first.others[project]
    later = give(database, named(project, "a", "d", "e"), 2)
    assert later.ids[project, "a"] == first.ids[project, "a"], "those that have a name keep it"
    assert {later.ids[project, "d"], later.ids[project, "e"]} == {first.others[project]}
    assert give(database, named(project, OTHER), 2).ids[project, OTHER] == first.others[project]


@pytest.mark.parametrize("give", KINDS)
def test_more_room_gives_names_again(database: Database, project: int, give: Give) -> None:
    other = give(database, named(project, "a", "b"), 1).others[project]
    raised = give(database, named(project, "b", "c"), 10)
    assert not raised.over
    assert other not in raised.ids.values()


def test_full_kinds_are_told(database: Database, project: int) -> None:
    naming.pages(database, named(project, "a/", "b/"), 2)
    naming.elements(database, named(project, "#a"), 2)
    with database.transaction() as connection:
        assert naming.full(connection, project, Limits(2, 2, 2)) == ["page"]
        assert naming.full(connection, project, Limits(3, 2, 2)) == []


def test_label_is_filled_in_once(database: Database, project: int) -> None:
    naming.elements(database, {(project, "#a"): ""}, 10)
    naming.elements(database, {(project, "#a"): "Buy"}, 10)
    naming.elements(database, {(project, "#a"): "Sold"}, 10)
    assert database.rows("SELECT text FROM elements WHERE project_id = %s", (project,)) == [("Buy",)]


def test_many_workers_stay_within_the_room_and_agree(database: Database, project: int) -> None:
    room, given = 50, list[Given]()

    def name(first: int) -> None:
        for at in range(first, first + 60, 5):
            given.append(naming.elements(database, named(project, *(f"#{n}" for n in range(at, at + 10))), room))

    threads = [threading.Thread(target=name, args=(first,)) for first in (0, 0, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 4 * 12
    [(names,)] = database.rows("SELECT count(*) FROM elements WHERE project_id = %s", (project,))
    assert names <= room + 1, "and OTHER"
    by_name: dict[Named, set[int]] = {}
    for one in given:
        for key in one.ids.keys() - one.over:
            by_name.setdefault(key, set()).add(one.ids[key])
    assert all(len(ids) == 1 for ids in by_name.values())


def test_known_names_use_up_no_ids(database: Database, project: int) -> None:
    for _ in range(20):
        naming.pages(database, named(project, "a/", "b/"), 10)
    ids = naming.pages(database, named(project, "a/", "b/", "c/"), 10).ids
    assert ids[project, "c/"] - ids[project, "b/"] < 20


def met(project: int, **labels: str) -> Met:
    """Elements as a batch meets them, `b="Buy"`: of that name with that label."""
    found = Met()
    for name, label in labels.items():
        number = found.of(project)[name]
        if label:
            found.labels[number] = label
    assert [*found.of(project).values()] == [number << NUMBER_SHIFT for number in range(len(labels))]
    return found


def numbered(elements: Dictionary, database: Database, found: Met) -> list[int]:
    """The ids of all that a batch has met."""
    ids: list[int] = elements.number(database, found, np.arange(len(found.names))).tolist()
    return ids


def test_batch_has_its_names_ids_by_number_and_a_bare_name_takes_its_label(database: Database, project: int) -> None:
    elements = Dictionary(naming.elements, 3)
    first = numbered(elements, database, met(project, a="", b="Buy"))
    again = numbered(elements, database, met(project, c="", b="Other", a="All"))
    assert again[1:] == [first[1], first[0]]
    assert numbered(elements, database, met(project)) == []
    texts = database.rows("SELECT selector, text FROM elements WHERE project_id = %s", (project,))
    assert dict(texts) == {"a": "All", "b": "Buy", "c": ""}


def test_batch_counts_names_without_room_as_other_and_asks_for_them_anew(database: Database, project: int) -> None:
    elements = Dictionary(naming.elements, 2)
    a, b = numbered(elements, database, met(project, a="", b=""))
    other, known, same = numbered(elements, database, met(project, c="", a="", d=""))
    assert known == a
    assert other == same == elements.others[project] not in (a, b)
    assert elements.over == {(project, "c"), (project, "d")}
    assert numbered(elements, database, met(project, b="")) == [b]
    assert elements.over == set()


class Batches:
    """Batches of one worker, each of one request that moves over and clicks elements; what it asks the database for."""

    def __init__(self, database: Database, project: int, room: int = 1_000, most: int = 1_000) -> None:
        self._database, self._project = database, project
        self._reader = Reader(library(), most)
        self._elements = Dictionary(self._give, room)
        self.asked: list[set[str]] = []

    def _give(self, database: Database, wanted: Mapping[Named, str], most: int) -> Given:
        self.asked.append({name for _, name in wanted})
        return naming.elements(database, wanted, most)

    def taken(self, *moved: str, **clicked: str) -> Scan:
        """A batch that has been read: elements that were moved over, and clicked ones with their labels."""
        points = [[0, name, 1, 1] for name in moved]
        events: list[object] = [{"k": "move", "t": 1, "m": points}]
        events += [
            {"k": "click", "t": 1, "el": name, "fx": 1, "fy": 1, "b": [0, 0, 1, 1], "text": label}
            for name, label in clicked.items()
        ]
        query = f"v=1&k=abcdefgh&s={'5e' * 16}&p={7:012x}&n=0&u={'0b' * 16}&t=1".encode()
        body = json.dumps({"e": events}, separators=(",", ":")).encode()
        record = Record("e", self._project, 1, 1_790_000_000_000, "00" * 8, b"", query, body)
        scan = Scan(self._reader)
        scan.take(0, Entry("1-1", framed(record)))
        assert scan.quickly == 1
        return scan

    def ids(self, *moved: str, **clicked: str) -> dict[str, int]:
        """The batch's elements with their ids."""
        columns = self.taken(*moved, **clicked).decoded().columns
        used, _ = columns.used()
        ids = self._elements.number(self._database, columns.elements, used)
        return {columns.elements.name(number)[1]: int(ids[number]) for number in used.tolist()}


def test_name_is_asked_for_once_in_a_workers_life(database: Database, project: int) -> None:
    batches = Batches(database, project)
    first = batches.ids("a", "b")
    assert batches.ids("b", "c")["b"] == first["b"]
    assert batches.ids("a", "b", "c")["a"] == first["a"]
    assert batches.asked == [{"a", "b"}, {"c"}]
    assert len({*first.values(), batches.ids("c")["c"]}) == 3


def test_names_that_were_met_lately_are_known_when_others_are_forgotten(database: Database, project: int) -> None:
    batches = Batches(database, project, most=2)
    first = batches.ids("a", "b", "c")  # one too many: the next batch begins another generation
    assert batches.ids("a", "d")["a"] == first["a"]
    assert batches.ids("a", "e")["a"] == first["a"]
    fourth = batches.ids("a", "b")
    assert fourth["a"] == first["a"]
    assert fourth["b"] == first["b"]
    assert batches.asked[:3] == [{"a", "b", "c"}, {"d"}, {"e"}]


def test_names_are_asked_for_anew_when_those_of_a_generation_were_never_seen(database: Database, project: int) -> None:
    batches = Batches(database, project, most=2)
    first = batches.ids("a", "b", "c")
    batches.taken("x", "y", "z")  # another generation, which is not gone on with
    third = batches.ids("z", "y", "c")
    assert third["c"] == first["c"]
    assert len({*first.values(), *third.values()}) == 5
    assert batches.asked == [{"a", "b", "c"}, {"z", "y"}]


def test_element_that_was_moved_over_first_takes_its_label_from_a_later_batch(database: Database, project: int) -> None:
    batches = Batches(database, project)
    batches.ids("a", "b")
    batches.ids("b", a="Buy")
    batches.ids(a="Other")
    texts = database.rows("SELECT selector, text FROM elements WHERE project_id = %s", (project,))
    assert dict(texts) == {"a": "Buy", "b": ""}
    assert batches.asked == [{"a", "b"}, {"a"}]


def test_name_without_room_is_asked_for_in_each_batch_that_has_it(database: Database, project: int) -> None:
    batches = Batches(database, project, room=2)
    batches.ids("a", "b")
    assert batches.ids("c", "d")["c"] == batches.ids("a", "c")["c"]
    assert batches.ids("a", "b")
    assert batches.asked == [{"a", "b"}, {"c", "d"}, {"c"}]
