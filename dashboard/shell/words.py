"""Numbers, sizes, times and shares as people read them; one way of writing them on every page."""

from __future__ import annotations

import datetime as dt


def count(number: float) -> str:
    """12 345 as `12,345`; from a hundred thousand on short: `128k`, `3.4M`."""
    if abs(number) < 100_000:
        return f"{number:,.0f}"
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size:
            short = number / size
            return f"{short:.0f}{unit}" if abs(short) >= 100 else f"{short:.1f}{unit}"
    return f"{number:,.0f}"


def size(number: float) -> str:
    """Bytes as `640 B`, `12.4 kB`, `3.1 MB` (powers of 1000)."""
    if number < 1000:
        return f"{number:.0f} B"
    for unit in ("kB", "MB", "GB", "TB"):
        number /= 1000
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 100 else f"{number:.1f} {unit}"
    return f"{number:,.0f} PB"


def duration(ms: float) -> str:
    """Milliseconds as `340 ms`, `42 s`, `3 min 12 s`, `2 h 05 min`."""
    if ms < 1000:
        return f"{ms:.0f} ms"
    seconds = round(ms / 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes:02d} min"


def clock(ms: float) -> str:
    """Milliseconds as short as a tile needs it: `42 s`, `3:12 min`, `2:05 h`."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    if not minutes:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d} h" if hours else f"{minutes}:{seconds:02d} min"


def share(part: float, whole: float) -> str:
    """`part` of `whole` in per cent; an en dash where there is no whole."""
    return f"{part / whole:.1%}" if whole else "\N{EN DASH}"


def day(date: dt.date) -> str:
    """`14 Mar 2026`."""
    return f"{date.day} {date:%b %Y}"


def moment(at: dt.datetime) -> str:
    """`14 Mar, 15:09` in UTC."""
    at = at.astimezone(dt.UTC)
    return f"{at.day} {at:%b, %H:%M}"


def change(now: float, before: float) -> str | None:
    """How much `now` is over or under `before`, in per cent with its sign; None where there was nothing before."""
    if not before:
        return None
    return (
        f"{(now - before) / before:+.0%}"
        if abs(now - before) < 10 * before
        else f"{now / before:.0f}\N{MULTIPLICATION SIGN}"
    )
