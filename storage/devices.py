"""Kinds of device: their codes in Postgres and facts, and their names everywhere else."""

from __future__ import annotations

from typing import Final

from storage.session_index import Device

DEVICE_CODES: Final[dict[str, int]] = {"desktop": 1, "tablet": 2, "mobile": 3}
DEVICE_NAMES: Final[dict[int, Device]] = {1: "desktop", 2: "tablet", 3: "mobile"}
