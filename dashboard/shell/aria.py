"""Accessibility attributes for Dash components, whose signatures have no names with a hyphen."""

from __future__ import annotations

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """`**aria(label="Close", current="page")` gives `aria-label` and `aria-current`; `_` in a name becomes `-`."""
    return {f"aria-{name.replace('_', '-')}": value for name, value in attributes.items()}
