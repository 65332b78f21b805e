"""Which names a batch uses. Elements and custom events are numbered while it is folded; ids come after. Pure.

Pages are needed first: a page event decides where everything else of its page view goes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from collector.worker import scrub
from storage.naming import Named, fitting
from storage.page_address import page_address


@lru_cache(maxsize=20_000)
def address_of(url: str) -> str:
    """The address of a page, as it is kept."""
    return scrub.words(page_address(url))


Ints = npt.NDArray[np.int64]

NUMBER_SHIFT: Final = 31  # bits below a name's number, for what happened there: collector.worker.flat


class NameIds(NamedTuple):
    """Ids of a batch's names, by their numbers; 0 for names that it does not use."""

    elements: Ints
    event_names: Ints


class Known(Protocol):
    """Names that were numbered before the batch: the first numbers are theirs."""

    ids: Ints  # by number; 0: not known yet
    bare: npt.NDArray[np.bool_]  # by number: given without a label

    def name(self, number: int) -> Named:
        """Of a number below `len(ids)`."""


class Numbers(dict[str, int]):
    """The numbers of one project's names, shifted by NUMBER_SHIFT; asking for a new name gives it the next number."""

    __slots__ = ("_first", "_met", "_project_id")

    def __init__(self, project_id: int, met: list[Named], first: int) -> None:
        super().__init__()
        self._project_id = project_id
        self._met = met
        self._first = first

    def __missing__(self, name: str) -> int:
        number = self[name] = self._first + len(self._met) << NUMBER_SHIFT
        self._met.append((self._project_id, fitting(name)))
        return number


class Met:
    """The names of a kind that a batch has met, of all projects. Numbers below `first` are those of `known`."""

    __slots__ = ("_labels", "_numbers", "first", "known", "names")

    def __init__(self, known: Known | None = None, labels: Callable[[], dict[int, str]] = dict) -> None:
        self.known = known
        self.first = len(known.ids) if known else 0
        self.names: list[Named] = []  # those that aren't known's, by number from `first` on
        self._labels: Callable[[], dict[int, str]] | dict[int, str] = labels
        self._numbers: dict[int, Numbers] = {}

    @property
    def labels(self) -> dict[int, str]:
        """By shifted number; the first that isn't empty."""
        if not isinstance(self._labels, dict):
            self._labels = self._labels()
        return self._labels

    def of(self, project_id: int) -> Numbers:
        """The numbers of a project's names."""
        numbers = self._numbers.get(project_id)
        if numbers is None:
            numbers = self._numbers[project_id] = Numbers(project_id, self.names, self.first)
        return numbers

    def name(self, number: int) -> Named:
        """The name with this number."""
        if number >= self.first or self.known is None:
            return self.names[number - self.first]
        return self.known.name(number)

    def label(self, number: int) -> str:
        """The label of the name with this number; empty if none was told."""
        return self.labels.get(number << NUMBER_SHIFT, "")
