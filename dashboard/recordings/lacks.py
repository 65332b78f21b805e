"""What is missing of recordings, in plain words: as a sign in the list, and as sentences in the receipt of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.queries.receipts import Gap
from dashboard.shell import words
from dashboard.shell.aria import aria
from dashboard.shell.icons import icon

# In the list: short, several in a row.
SHORT: Final[Mapping[str, str]] = {
    "lost": "chunks that never arrived",
    "not_recorded": "pages without a recording",
    "busy": "moments in which a page changed too fast",
    "minute": "moments over the bytes of a minute",
    "session": "what came after the bytes of a session",
}
# What can be done about it, where something can.
ADVICE: Final[Mapping[str, str]] = {
    "lost": "The visitor's browser could not send them: it was closed, offline, or something between blocked it.",
    "blob_missing": "Somebody or something removed it from the blob store; restore it from a backup.",
    "blob_damaged": "Its bytes are not those that were put; look at the disk, and restore it from a backup.",
    "busy": "Put data-hw-block around the part that changes all the time.",
    "minute": "Put data-hw-block around large parts that change, or leave it: the next minute is recorded again.",
    "session": "Put data-hw-block around large parts that change.",
}


def missing(kinds: Sequence[str]) -> str:
    """What the sign that something is missing says; empty where nothing is."""
    return f"Missing: {', '.join(SHORT.get(kind, kind) for kind in kinds)}" if kinds else ""


def lacks(kinds: Sequence[str]) -> Component | None:
    """The sign, or none."""
    said = missing(kinds)
    if not said:
        return None
    return html.Span(icon("alert", 14), title=said, role="img", className="hw-lacks", **aria(label=said))


def sentence(gap: Gap, page: str, begins_ms: int) -> Component:
    """What is missing, from when to when of the recording, why, and what to do about it."""
    if gap.missing:
        what = f"{gap.missing:,} missing {'piece' if gap.missing == 1 else 'pieces'}; {gap.reason}."
    elif gap.kind == "not_recorded":
        what = f"not recorded ({words.duration(gap.duration_ms or 0)}): {gap.reason}."
    else:
        at = max(0, (gap.at_ms or 0) - begins_ms) // 1000
        what = f"from {at // 60}:{at % 60:02d} on, {words.duration(gap.duration_ms or 0)}: {gap.reason}."
    advice = ADVICE.get(gap.kind)
    return html.Li([f"Page {page}: {what}", html.Span(advice, className="hw-advice") if advice else None])
