"""All that is built at set-up, each part only when its sources have changed."""

from __future__ import annotations

from pathlib import Path

from ops import javascript, rust, turns


def build_all(log_directory: Path) -> None:
    """Tracker, Dash components and the worker's quick reader, one caller at a time. Raises StartError."""
    with turns.of_project():
        for room in javascript.OUTPUT:
            javascript.build(room, log_directory)
        rust.build(log_directory)


def unbuilt() -> list[str]:
    """The rooms that are not built, or were changed since."""
    rooms = [room for room in javascript.OUTPUT if not javascript.is_built(room)]
    return rooms if rust.is_built() else [*rooms, "collector/scan"]
