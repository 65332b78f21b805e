"""Clock skew: what has to be added to a visitor's times to get ours.

A request's own skew is its arrival minus the visitor's clock when it was sent; it holds the time under way too, which
differs from request to request. One correction a session keeps interactions and recording in their order; the smallest
skew is the one with the least time under way. A request whose skew is far off was sent by another clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

UNDER_WAY_MS: Final = 60_000  # a request may have waited this long on its way, or for a retry
JITTER_MS: Final = 1_000  # a session's correction is not changed for less
DAY_MS: Final = 86_400_000  # more is counted as clock_skew; no event is older than this when it arrives


def of_session(own: Iterable[int], known: int | None) -> int:
    """A session's correction from the skews of its requests in a batch and the correction that it had."""
    least = min(own)
    if known is None or least < known - JITTER_MS:
        return least
    return known


def of_request(own: int, session: int) -> int:
    """What one request's times are corrected by."""
    return session if own - session <= UNDER_WAY_MS else own


def corrected(visitor_ms: float, skew_ms: int, received_ms: int) -> int:
    """A visitor's time as ours: not after its arrival, and not more than a day before it."""
    at = int(visitor_ms) + skew_ms
    if at > received_ms:
        return received_ms
    return at if at > received_ms - DAY_MS else received_ms - DAY_MS
