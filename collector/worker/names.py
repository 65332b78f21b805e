"""Between the second and the third step: which names a batch uses, so that all get their ids at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from collector.protocol import Click, Custom, Move, Page
from collector.worker.sessionize import Arrival
from storage.naming import Named, fitting
from storage.page_address import page_address

address_of = lru_cache(maxsize=20_000)(page_address)
selector_of = lru_cache(maxsize=50_000)(fitting)


class Names(NamedTuple):
    """Names by (project, name) with what is said of them: a page's title, an element's label."""

    pages: dict[Named, str]
    elements: dict[Named, str]
    event_names: dict[Named, str]


def names_of(arrivals: Iterable[Arrival]) -> Names:
    """Every name that the arrivals' events use."""
    names = Names({}, {}, {})
    pages, elements, event_names = names
    for request, _, _ in arrivals:
        project_id = request.record.project_id
        for event in request.events:
            if isinstance(event, Move):
                for _, selector, _, _ in event.m:
                    elements.setdefault((project_id, selector_of(selector)), "")
            elif isinstance(event, Click):
                place = (project_id, selector_of(event.el))
                if not elements.get(place):
                    elements[place] = event.text
            elif isinstance(event, Page):
                pages[project_id, address_of(event.url)] = event.title
            elif isinstance(event, Custom):
                event_names[project_id, event.name] = ""
    return names
