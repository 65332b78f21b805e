"""The browser that the demo visits are made with: the Chromium of this machine."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The path of the Chromium or Chrome that is installed; None: there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
