"""What happened in a session, in the recording's time."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from dashboard.queries.moments import Moment, Moments
from dashboard.queries.receipts import LackingAssets
from dashboard.queries.recordings import Gap, PageView, Recording, RecordingRow
from dashboard.recordings.about import receipt
from dashboard.recordings.timeline import chapters, clock, marks, place, read_clock


def recording(gaps: list[Gap] | None = None, chunks: int = 2) -> Recording:
    """Two pages; the recording begins 400 ms after its session."""
    began = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    row = RecordingRow(
        id=uuid.uuid4(), started_at=began, duration_ms=9_000, pages=2, clicks=1, rage_clicks=0,
        dead_clicks=0, error_clicks=0, events=1, device="desktop",
        browser="Firefox", os="Linux", country="", entry="a.example/", exit="a.example/b", referrer="",
        utm_source="", utm_medium="", utm_campaign="", user="",
        visitor=uuid.uuid4(), recorded=True,
    )  # fmt: skip
    views = [
        PageView(7, 1, "https://a.example/", "Home", 0, 4_000, 50, 1, 1280),
        PageView(8, 2, "https://a.example/b?c=1", "", 5_000, 4_000, 90, 0, 1280),
    ]
    return Recording(row, views, chunks, 1_000, 9_000, gaps or [], begins_ms=400)


def test_chapters_and_marks_count_from_the_recordings_start() -> None:
    assert [(each["at_ms"], each["label"]) for each in chapters(recording())] == [(0, "Home"), (4_600, "/b?c=1")]
    happened = Moments([Moment(1_400, "tap", "Buy", 7, "#buy", {}), Moment(100, "event", "seen", 7, "", {})], 2)
    assert marks(recording(), happened) == [
        {"at_ms": 1_000, "kind": "click", "label": "Tapped: Buy"},
        {"at_ms": 0, "kind": "event", "label": "Event: seen"},
    ]


@pytest.mark.parametrize(("ms", "said"), [(0, "0:00"), (42_900, "0:42"), (725_000, "12:05"), (3_729_000, "1:02:09")])
def test_clock_is_read_as_it_is_written(ms: int, said: str) -> None:
    assert clock(ms) == said
    assert read_clock(said) == ms // 1000 * 1000


@pytest.mark.parametrize("text", ["", "now", "1:2:3:4", "-5", "0:4.2", "99:00:00", "9" * 40])
def test_what_is_no_time_of_a_recording_is_none(text: str) -> None:
    assert read_clock(text) is None


def test_address_is_shown_without_its_host() -> None:
    assert (place("https://a.example"), place("https://a.example/b?c=1#d"), place("b")) == ("/", "/b?c=1", "b")


def test_receipt_says_what_is_missing_where_and_why() -> None:
    assert "nothing is missing" in str(receipt(recording()))
    said = str(receipt(recording([Gap(8, 3, "chunks never arrived")])))
    assert "Page 2: 3 missing pieces; chunks never arrived." in said
    told = Gap(8, 0, "the page changed too fast", "busy", 42_400, 3_000)
    assert "Page 2: from 0:42 on, 3 s: the page changed too fast." in str(receipt(recording([told])))
    idle = str(receipt(recording([Gap(7, 0, "nobody did anything", "idle", 900, 3_000)])))
    assert "nothing is missing" in idle
    assert "nobody did anything" in idle
    assert "Nothing was recorded of this session" in str(receipt(recording(chunks=0)))


def test_receipt_says_which_pictures_are_not_shown_and_why() -> None:
    lacks = [LackingAssets("too_large", "too large to keep", 3, ["https://a.example/x.png", "https://a.example/y.png"])]
    said = str(receipt(msgspec.structs.replace(recording(), missing_assets=lacks)))
    assert "nothing of the visit is missing" in said
    assert "3: too large to keep" in said
    assert "https://a.example/y.png" in said
    assert "and 1 more" in said
    assert "not shown" not in str(receipt(recording()))
