"""Where the rail leads: the sections of the dashboard in their order, with what one must be to see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.shell.icons import IconName


@dataclass(frozen=True)
class Section:
    """An entry of the rail. `operators`: only for those who run the installation; `bar`: in the phone's bottom bar."""

    path: str
    name: str
    icon: IconName
    operators: bool = False
    bar: bool = False


SECTIONS: Final = (
    Section("/", "Overview", "overview", bar=True),
    Section("/heatmaps", "Heatmaps", "heatmap", bar=True),
    Section("/funnels", "Funnels", "funnel", bar=True),
    Section("/recordings", "Recordings", "recording", bar=True),
    Section("/ledger", "Ledger", "ledger"),
    Section("/usage", "Usage", "usage"),
    Section("/operations", "Operations", "operations", operators=True),
    Section("/settings", "Settings", "settings"),
)

# Pages that stand alone, without rail and header: for people who are not, or need not be, signed in.
BARE: Final = ("/sign-in", "/shared/", "/s/")
