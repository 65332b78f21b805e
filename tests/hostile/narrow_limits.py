"""Limits so narrow that a test reaches them soon, as settings of a stack of its own (`tight_stack`)."""

from __future__ import annotations

AT_ONCE = 40  # requests of one address
PAGES, ELEMENTS, EVENT_NAMES = 100, 300, 20

SETTINGS = {
    "EDGE_CLIENT_TIMEOUT_S": "2",
    "EDGE_REQUESTS_PER_CLIENT": str(AT_ONCE),
    "COLLECTOR_PAGES_PER_PROJECT": str(PAGES),
    "COLLECTOR_ELEMENTS_PER_PROJECT": str(ELEMENTS),
    "COLLECTOR_EVENT_NAMES_PER_PROJECT": str(EVENT_NAMES),
}
