"""The time that a question covers."""

from __future__ import annotations

import datetime as dt

import msgspec


class Period(msgspec.Struct, frozen=True):
    """From `start` up to, not including, `end`; both UTC."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("The end of the period must lie after its start.")
        if self.end - self.start > dt.timedelta(days=731):
            raise ValueError("A period may cover two years at most.")

    @property
    def first_day(self) -> dt.date:
        return self.start.astimezone(dt.UTC).date()

    @property
    def last_day(self) -> dt.date:
        """The last day that has a part in the period."""
        return (self.end.astimezone(dt.UTC) - dt.timedelta(microseconds=1)).date()


def last(days: int, now: dt.datetime | None = None) -> Period:
    """The last `days` days, today included, in whole days, so that all who ask on one day ask the same."""
    now = now or dt.datetime.now(dt.UTC)
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    return Period(tomorrow - dt.timedelta(days=days), tomorrow)
