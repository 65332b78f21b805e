"""Packed rows that a disk or a hand has damaged: the upkeep leaves them as they are and goes on with all others."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.worker.upkeep import Upkeep
from heatwake.settings import Settings
from storage.blobs.filesystem import FilesystemBlobs
from storage.heat import points
from storage.heat_batches import PLACES, pack_batch
from storage.naming import Limits
from storage.postgres import Database

LONG_AGO = dt.date.today() - dt.timedelta(days=5)  # of a day that is over everything is folded


def test_damaged_heat_is_told_once_and_keeps_nothing_else_from_being_folded(
    database_settings: Settings,
    tmp_path: Path,
    other_projects: Callable[[], int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = Database(database_settings, "worker", size=2)
    damaged, sound = other_projects(), other_projects()
    batch = pack_batch(np.array([(7, 1, 1, 1)], PLACES), points([(5, 1, 2)])).packed

    def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
        return database.rows(query.encode(), values)

    for project_id, packed in ((damaged, batch[:-3]), (sound, batch)):
        rows(
            "INSERT INTO heat_batches (project_id, day, rows, points) VALUES (%s, %s, 1, %s) RETURNING 1",
            project_id,
            LONG_AGO,
            packed,
        )
    rows(
        "INSERT INTO heat_deltas (project_id, page_id, day, device, kind, points) VALUES (%s, 9, %s, 1, 1, %s)"
        " RETURNING 1",
        damaged,
        LONG_AGO,
        b"\x01damaged",
    )

    upkeep = Upkeep(database, FilesystemBlobs(tmp_path), Limits())
    folded = "SELECT page_id FROM heat_days WHERE project_id = %s"
    with caplog.at_level(logging.ERROR, "collector.worker.upkeep"):
        for _ in range(1_000):  # each does no more than a moment's work
            upkeep.fold()
            if rows(folded, sound):
                break
        for _ in range(3):
            upkeep.fold()
    assert rows(folded, sound) == [(7,)]
    assert rows("SELECT points FROM heat_batches WHERE project_id = %s", damaged) == [(batch[:-3],)]
    assert rows("SELECT points FROM heat_deltas WHERE project_id = %s", damaged) == [(b"\x01damaged",)]
    told = [
        (one.message, one.__dict__["fields"]["page"]) if "page" in one.__dict__["fields"] else (one.message, None)
        for one in caplog.records
        if one.__dict__["fields"]["project"] == damaged
    ]
    assert sorted(told) == [("heat_batches_unreadable", None), ("heat_day_unreadable", 9)]
    for table in ("heat_batches", "heat_deltas"):
        rows(f"DELETE FROM {table} WHERE project_id = %s RETURNING 1", damaged)
    database.close()
