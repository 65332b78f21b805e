"""What the address of a heatmap asks for: kind, layout width and the element that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from dashboard import in_place
from dashboard.queries.heatmaps import HeatmapKind
from dashboard.shell.icons import IconName
from dashboard.shell.view import View

KINDS: Final[Mapping[HeatmapKind, tuple[str, IconName]]] = {
    "click": ("Clicks", "pointer"),
    "tap": ("Taps", "mobile"),
    "rage": ("Rage", "flame"),
    "dead": ("Dead", "circle-slash"),
    "error": ("Errors", "alert"),
    "move": ("Movement", "eye"),
    "scroll": ("Scroll", "rows"),
}
WIDTHS: Final[Mapping[int, str]] = {
    0: "As it was recorded",
    1440: "1440 px, desktop",
    1280: "1280 px, laptop",
    820: "820 px, tablet",
    390: "390 px, phone",
}
# One of what each kind counts, and several.
COUNTED: Final[Mapping[HeatmapKind, tuple[str, str]]] = {
    "click": ("click", "clicks"),
    "tap": ("tap", "taps"),
    "rage": ("rage click", "rage clicks"),
    "dead": ("dead click", "dead clicks"),
    "error": ("error click", "error clicks"),
    "move": ("pointer sample", "pointer samples"),
    "scroll": ("view", "views"),
}


@dataclass(frozen=True)
class Chosen:
    """`width` 0: as the page was recorded; `element`: a selector, or empty."""

    kind: HeatmapKind
    width: int
    element: str

    def counted(self, count: int) -> str:
        """`count` with what it counts."""
        return f"{count:,} {COUNTED[self.kind][count != 1]}"


def chosen(view: View, search: str) -> Chosen:
    """What the address asks for; phones have taps where other devices have clicks."""
    usual: HeatmapKind = "tap" if view.device == "mobile" else "click"
    asked = view.own.get("kind", usual)
    width = view.own.get("width", "")
    number = int(width) if width.isdecimal() and len(width) < 5 else 0
    return Chosen(
        kind=cast(HeatmapKind, asked) if asked in get_args(HeatmapKind) else usual,
        width=number if 240 <= number <= 4000 else 0,
        element=in_place.own_text(search, "el"),
    )
