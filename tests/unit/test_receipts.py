"""What a recording's rows say of what is missing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from collector.records import Record
from collector.worker.chunks import fold_chunks
from collector.worker.decode import Sourced, decode
from collector.worker.sessionize import sessionize, sessions_of
from dashboard.queries import receipts
from dashboard.queries.receipts import Gap, gaps, lacking
from storage.assets import MissingAsset
from storage.recordings import Chunk, PageViewRow

AT = 1_800_000_000_000


def view(number: int, begins_ms: int, lasts_ms: int) -> PageViewRow:
    began = dt.datetime.fromtimestamp((AT + begins_ms) / 1000, dt.UTC)
    ended = began + dt.timedelta(milliseconds=lasts_ms)
    return PageViewRow(number, 1, "https://shop.example/", "Shop", began, ended, 0, 0, 1280)


def chunk(page_view: int, seq: int, told: str = "", snapshots: str = "") -> Chunk:
    return Chunk(page_view, seq, "key", 1, 1, 1, AT, AT, 0, told, snapshots, "normal")


def found(views: list[PageViewRow], chunks: list[Chunk], off: bool = False, run_out: bool = False) -> list[Gap]:
    # Rows are looked at here; tests/flow/test_api_answers.py has blobs that are gone or damaged.
    return gaps(views, chunks, [], AT, off, run_out)


def test_gap_lasts_until_the_next_full_snapshot_or_the_end_of_its_page_view() -> None:
    views = [view(7, 0, 60_000)]
    chunks = [chunk(7, 0, f"{AT + 5_000}:busy", str(AT)), chunk(7, 1, f"{AT + 20_000}:minute", str(AT + 9_000))]
    assert [(gap.kind, gap.at_ms, gap.duration_ms) for gap in found(views, chunks)] == [
        ("busy", 5_000, 4_000),
        ("minute", 20_000, 40_000),
    ]


@pytest.mark.parametrize(
    ("off", "run_out", "lasts_ms", "why"),
    [
        (False, False, 1_000, "short"),
        (False, False, 60_000, "unknown"),
        (True, False, 60_000, "off"),
        (True, True, 60_000, "run_out"),
    ],
)
def test_page_without_a_recording_says_why(off: bool, run_out: bool, lasts_ms: int, why: str) -> None:
    [gap] = found([view(7, 3_000, lasts_ms)], [], off, run_out)
    assert (gap.kind, gap.reason, gap.at_ms) == ("not_recorded", receipts.NOT_RECORDED[why], 3_000)


def test_pages_after_the_session_had_its_bytes_say_so() -> None:
    told = found([view(7, 0, 9_000), view(8, 9_000, 60_000)], [chunk(7, 0, f"{AT + 8_000}:session", str(AT))])
    assert [(gap.page_view, gap.kind) for gap in told] == [(7, "session"), (8, "not_recorded")]
    assert told[1].reason == receipts.NOT_RECORDED["session"]


def test_numbers_that_are_missing_between_others_are_lost() -> None:
    [gap] = found([view(7, 0, 9_000)], [chunk(7, 0), chunk(7, 3)])
    assert (gap.kind, gap.missing) == ("lost", 2)


def custom(tag: str, **payload: Any) -> dict[str, Any]:
    return {"type": 5, "timestamp": AT + 10, "data": {"tag": tag, "payload": payload}}


def test_worker_notes_gaps_and_snapshots_of_a_chunk_and_no_nonsense() -> None:
    listed = [
        {"type": 2, "timestamp": AT, "data": {"node": {}}},
        custom("heatwake.gap", why="busy"),
        custom("heatwake.gap", why="because"),
        custom("heatwake.gap", why=7),
        custom("else", text="heatwake.gap"),
    ]
    query = f"v=1&k=abcdefgh&s={'5e' * 16}&p={7:012x}&n=0&u={'0b' * 16}&t={AT + 20}".encode()
    record = Record("r", 1, 2, AT + 20, "00" * 8, b"", query, json.dumps(listed).encode())
    requests = decode([Sourced(0, "1-1", 0, record)]).requests
    [row] = fold_chunks(sessionize(requests, sessions_of(requests, {}), {}).arrivals, {2: "strict"}).rows
    assert (row.gaps, row.full_snapshots, row.masking) == (f"{AT + 10}:busy", str(AT), "strict")


def test_missing_assets_are_told_by_reason_each_once() -> None:
    missing = [
        MissingAsset(7, "https://shop.example/b.png", "unreachable"),
        MissingAsset(7, "https://shop.example/huge.png", "too_large"),
        MissingAsset(8, "https://shop.example/b.png", "unreachable"),
        *(MissingAsset(7, f"https://shop.example/{number:02}.png", "waiting") for number in range(25)),
    ]
    told = lacking(missing)
    assert [(one.kind, one.count, len(one.addresses)) for one in told] == [
        ("waiting", 25, 20),
        ("too_large", 1, 1),
        ("unreachable", 1, 1),
    ]
    assert told[1].reason == "too large to keep"
