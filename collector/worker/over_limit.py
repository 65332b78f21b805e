"""What becomes of names that a project has no room for (storage.naming): counted as OTHER, drawn nowhere, and told.

Costs nothing while there are none.
"""

from __future__ import annotations

from collections.abc import Iterable

from collector.protocol import Click, Custom, Move, Page, decode_events
from collector.worker.decode import Request
from collector.worker.dictionary import Dictionaries, Dictionary
from collector.worker.names import address_of
from collector.worker.sessionize import Arrival
from storage.naming import Named, fitting
from storage.page_layouts import BoxRow


def is_other(dictionary: Dictionary, project_id: int, name_id: int | None) -> bool:
    """Whether this is the id of everything that the project has no room for."""
    return dictionary.others.get(project_id) == name_id is not None


def with_a_place(boxes: list[BoxRow], names: Dictionaries) -> list[BoxRow]:
    """Boxes of one element on one page: OTHER is everywhere and nowhere."""
    if not names.pages.others and not names.elements.others:
        return boxes
    return [
        box
        for box in boxes
        if not is_other(names.pages, box.project_id, box.page_id)
        and not is_other(names.elements, box.project_id, box.element_id)
    ]


def requests(arrivals: Iterable[Arrival], pages: set[Named], names: Dictionaries) -> list[Request]:
    """The requests that use a name beyond the limit; `pages`: those that were, since the dictionary has gone on."""
    elements, events = names.elements.over, names.event_names.over
    if not (pages or elements or events):
        return []
    return [arrival.request for arrival in arrivals if _uses(arrival.request, pages, elements, events)]


def _uses(request: Request, pages: set[Named], elements: set[Named], events: set[Named]) -> bool:
    project_id = request.project_id
    for event in decode_events(request.body) if request.summary else ():
        if isinstance(event, Page):
            found = (project_id, address_of(event.url)) in pages
        elif isinstance(event, Click):
            found = (project_id, fitting(event.el)) in elements
        elif isinstance(event, Move):
            found = bool(elements) and any((project_id, fitting(name)) in elements for _, name, _, _ in event.m)
        else:
            found = isinstance(event, Custom) and (project_id, event.name) in events
        if found:
            return True
    return False
