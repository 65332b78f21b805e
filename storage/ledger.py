"""The ledger: what came in and what became of it, by reason; nobody should wonder where a session went."""

from __future__ import annotations

from typing import Final

# One code a cause; the collector's answers, the ledger, /metrics and the docs all use these words.
REASONS: Final[dict[str, str]] = {
    "accepted": "Stored and counted.",
    "duplicate": "A browser's retry of what was already stored; counted once.",
    "malformed": "No JSON, a wrong type or a field too long; kept in the dead-letter stream if it got past the door.",
    "too_large": "The body was over the limit.",
    "unknown_site": "No site has this key, or it is switched off.",
    "origin_blocked": "The page's origin is not one of the site's.",
    "method_not_allowed": "Neither POST nor OPTIONS.",
    "unavailable": "Redis did not take it; the browser was asked to send it again.",
    "clock_skew": "The visitor's clock was off by more than a day; kept at its corrected time.",
    "poisoned": "The record could not be stored; kept in the dead-letter stream.",
}
