"""Which names a batch uses. Elements and custom events are numbered while it is folded; ids come after. Pure.

Pages are needed first: a page event decides where everything else of its page view goes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from storage.naming import Named, fitting
from storage.page_address import page_address

address_of = lru_cache(maxsize=20_000)(page_address)

NUMBER_SHIFT: Final = 31  # bits below a name's number, for what happened there: collector.worker.flat


class NameIds(NamedTuple):
    """Ids of a batch's names, by their numbers."""

    elements: list[int]
    event_names: list[int]


class Numbers(dict[str, int]):
    """The numbers of one project's names, shifted by NUMBER_SHIFT; asking for a new name gives it the next number."""

    __slots__ = ("_met", "_project_id")

    def __init__(self, project_id: int, met: list[Named]) -> None:
        super().__init__()
        self._project_id = project_id
        self._met = met

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self._met) << NUMBER_SHIFT
        self._met.append((self._project_id, fitting(name)))
        return number


class Met:
    """The names of a kind that a batch has met, of all projects; a name's number is its place in `names`."""

    __slots__ = ("_numbers", "labels", "names")

    def __init__(self, names: list[Named] | None = None, labels: dict[int, str] | None = None) -> None:
        self.names = names or []
        self.labels = labels or {}  # by shifted number; the first that isn't empty
        self._numbers: dict[int, Numbers] | None = None

    def of(self, project_id: int) -> Numbers:
        """The numbers of a project's names."""
        if self._numbers is None:
            self._numbers = self._known()
        numbers = self._numbers.get(project_id)
        if numbers is None:
            numbers = self._numbers[project_id] = Numbers(project_id, self.names)
        return numbers

    def _known(self) -> dict[int, Numbers]:
        """The numbers of the names that it began with."""
        found: dict[int, Numbers] = {}
        for number, (project_id, name) in enumerate(self.names):
            found.setdefault(project_id, Numbers(project_id, self.names))[name] = number << NUMBER_SHIFT
        return found

    def label(self, number: int) -> str:
        """The label of the name with this number; empty if none was told."""
        return self.labels.get(number << NUMBER_SHIFT, "")
