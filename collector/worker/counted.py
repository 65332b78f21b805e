"""Which sequence numbers of a page view's channel have been counted; tells a browser's retry from news.

All numbers below `seq`, and those in the ranges `ahead`: first, past, first, past, … ascending, with gaps between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

MOST_RANGES: Final = 100  # a tracker has none or a few; more are somebody's game


class TooManyGaps(ValueError):
    """More sequence numbers of a page view are missing than any tracker would leave out."""


class Counted:
    """The counted numbers of one channel of one page view."""

    __slots__ = ("ahead", "seq")

    def __init__(self, seq: int = 0, ahead: Sequence[int] = ()) -> None:
        self.seq = seq
        self.ahead = [*ahead]

    def __len__(self) -> int:
        """How many have been counted."""
        return self.seq + sum(self.ahead[1::2]) - sum(self.ahead[::2])

    def add(self, number: int) -> bool:
        """Count `number`; False if it has been counted before. Raises TooManyGaps, and then nothing has changed."""
        if number == self.seq and not self.ahead:
            self.seq += 1
            return True
        if number < self.seq:
            return False
        if number == self.seq:
            self.seq += 1
            if self.ahead[0] == self.seq:
                self.seq = self.ahead[1]
                del self.ahead[:2]
            return True
        return self._add_ahead(number)

    def _add_ahead(self, number: int) -> bool:
        ahead = self.ahead
        at = bisect_right(ahead, number)
        if at % 2:
            return False
        joins_left = at > 0 and ahead[at - 1] == number
        joins_right = at < len(ahead) and ahead[at] == number + 1
        if joins_left and joins_right:
            del ahead[at - 1 : at + 1]
        elif joins_left:
            ahead[at - 1] = number + 1
        elif joins_right:
            ahead[at] = number
        elif len(ahead) >= 2 * MOST_RANGES:
            raise TooManyGaps(f"sequence number {number}: more than {MOST_RANGES} gaps in this page view's numbers")
        else:
            ahead[at:at] = [number, number + 1]
        return True
