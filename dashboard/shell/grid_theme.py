"""AG Grid in the clothes of the rest: it takes our tokens as they stand, so light and dark are one theme."""

from __future__ import annotations

from typing import Any, Final

GRID_THEME: Final[dict[str, Any]] = {
    "function": (
        "themeQuartz.withParams({backgroundColor: 'var(--surface)', foregroundColor: 'var(--text)',"
        " headerBackgroundColor: 'var(--surface-2)', headerTextColor: 'var(--text-2)', borderColor: 'var(--line)',"
        " rowHoverColor: 'var(--hover)', accentColor: 'var(--focus)', fontFamily: 'inherit', fontSize: 14,"
        " browserColorScheme: 'inherit', wrapperBorder: false, wrapperBorderRadius: 0})"
    )
}
