"""Ids of pages, elements and custom events, kept in the process: a name's id never changes once it is given.

What is kept is bounded, by number and by bytes: names come from visitors. Those that were used lately stay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from collector.worker import scrub
from collector.worker.flat import Columns
from collector.worker.names import NUMBER_SHIFT, Ints, Met, NameIds
from storage import naming
from storage.naming import Given, Limits, Named
from storage.postgres import Database

MOST_NAMES: Final = 150_000  # of a kind in each of two generations; the older one is forgotten when the newer is full
MOST_BYTES: Final = 33_554_432  # that the names of a generation take
_OVERHEAD: Final = 200  # bytes of a name's place in the process beside its text

Give = Callable[[Database, Mapping[Named, str], int], Given]


class Dictionary:
    """One kind of name. `ids` may be read for names that `learn` was called with, until the next call.

    `over`: those of the names learned last that their project has no room for; their id is that of naming.OTHER.
    `others`: by project, the id of OTHER, once something has gone there.
    """

    def __init__(self, give: Give, most: int) -> None:
        self.ids: dict[Named, int] = {}
        self.over: set[Named] = set()
        self.others: dict[int, int] = {}
        self._older: dict[Named, int] = {}
        self._bytes = 0
        self._bare: set[Named] = set()  # given without a title or label, since a recording named them first
        self._give, self._most = give, most

    def learn(self, database: Database, wanted: Mapping[Named, str]) -> None:
        """See to it that all `wanted` names have ids; the values are titles or labels for new ones."""
        if not wanted:
            return
        self._forget()
        ids, older, bare = self.ids, self._older, self._bare
        asked: dict[Named, str] = {}
        for one, label in wanted.items():
            if one in ids:
                if label and one in bare:
                    asked[one] = label
            elif one in older and not (label and one in bare):
                self._keep(one, older[one])
            else:
                asked[one] = label
        if not asked:
            return
        given = self._give(database, {one: scrub.words(label) for one, label in asked.items()}, self._most)
        for one, name_id in given.ids.items():
            if one not in ids:
                self._keep(one, name_id)
        self.over = given.over
        self.others |= given.others
        bare.difference_update(one for one, label in asked.items() if label)
        bare.update(one for one, label in asked.items() if not label)

    def number(self, database: Database, met: Met, used: Ints) -> Ints:
        """The ids of the names that a batch uses, by their numbers; bare ones get a label if one is told.

        Nearly all are known by their number, so nothing is built of them.
        """
        self._forget()
        before = met.known.ids if met.known else used[:0]
        ids = np.concatenate([before, np.fromiter((self.ids.get(one, 0) for one in met.names), np.int64)])
        asked = [*np.unique(used[ids[used] == 0]).tolist(), *self._bare_no_more(met)]
        wanted: dict[Named, str] = {}
        for number in asked:
            one = met.name(number)
            wanted[one] = wanted.get(one) or met.label(number)
        if wanted:
            self.learn(database, wanted)
        for number in asked:
            one = met.name(number)
            ids[number] = self.ids[one]
            if met.known and number < met.first and one not in self.over:  # those without room are asked for anew
                met.known.ids[number], met.known.bare[number] = ids[number], one in self._bare
        return ids

    def _bare_no_more(self, met: Met) -> list[int]:
        """The numbers of names that were given without a label and are told one now."""
        bare = met.known.bare if met.known else np.zeros(0, np.bool_)
        if not bare.any() and not met.names:
            return []
        numbers = np.fromiter(met.labels, np.int64, len(met.labels)) >> NUMBER_SHIFT
        of_known = numbers[numbers < met.first]
        others = [number for number in numbers[numbers >= met.first].tolist() if met.name(number) in self._bare]
        return [*of_known[bare[of_known]].tolist(), *others]

    def _keep(self, one: Named, name_id: int) -> None:
        self.ids[one] = name_id
        self._bytes += sys.getsizeof(one[1]) + _OVERHEAD

    def _forget(self) -> None:
        """Names without room are asked for anew each time: room may be made, and there may be any number of them."""
        for one in self.over:
            del self.ids[one]
        self.over = set()
        if len(self.ids) > MOST_NAMES or self._bytes > MOST_BYTES:
            self._older, self.ids, self._bytes = self.ids, {}, 0
            self._bare &= self._older.keys()


class Dictionaries:
    """All kinds of names of all projects."""

    def __init__(self, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.pages = Dictionary(naming.pages, limits.pages)
        self.elements = Dictionary(naming.elements, limits.elements)
        self.event_names = Dictionary(naming.event_names, limits.event_names)

    def number(self, database: Database, columns: Columns) -> NameIds:
        """The ids of the elements and custom events of a batch, by their numbers."""
        elements, event_names = columns.used()
        return NameIds(
            self.elements.number(database, columns.elements, elements),
            self.event_names.number(database, columns.event_names, event_names),
        )
