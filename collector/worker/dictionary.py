"""Ids of pages, elements and custom events, kept in the process: a name's id never changes once it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from collector.worker.names import Names
from storage import naming
from storage.naming import Named
from storage.postgres import Database

MOST_NAMES: Final = 300_000  # of a kind are kept in memory; when there are more, all are looked up anew


class Dictionary:
    """One kind of name. `ids` may be read for names that `learn` was called with, until the next call."""

    def __init__(self, give: Callable[[Database, Mapping[Named, str]], dict[Named, int]]) -> None:
        self.ids: dict[Named, int] = {}
        self._bare: set[Named] = set()  # given without a title or label, since a recording named them first
        self._give = give

    def learn(self, database: Database, wanted: Mapping[Named, str]) -> None:
        """See to it that all `wanted` names have ids; the values are titles or labels for new ones."""
        if len(self.ids) + len(wanted) > MOST_NAMES:
            self.ids.clear()
            self._bare.clear()
        asked = {one: label for one, label in wanted.items() if one not in self.ids or (label and one in self._bare)}
        self.ids.update(self._give(database, asked))
        self._bare.difference_update(one for one, label in asked.items() if label)
        self._bare.update(one for one, label in asked.items() if not label)


class Dictionaries:
    """All kinds of names of all projects."""

    def __init__(self) -> None:
        self.pages = Dictionary(naming.pages)
        self.elements = Dictionary(naming.elements)
        self.event_names = Dictionary(naming.event_names)

    def learn(self, database: Database, names: Names) -> None:
        """See to it that all these names have ids."""
        self.pages.learn(database, names.pages)
        self.elements.learn(database, names.elements)
        self.event_names.learn(database, names.event_names)
