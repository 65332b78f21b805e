"""Fault tests: trials on the plain stack, and one table of all of them at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from full_disks import stack_on_small_disks
from running_stack import Stack
from trial import Row, Trial, Try

ROWS = pytest.StashKey[list[Row]]()
HEADS = ("broken", "in flight", "acknowledged", "stored", "refused, retried", "recovery s")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


@pytest.fixture(scope="session")
def two_nodes() -> Iterator[Stack]:
    """Two nodes, whose stores have small disks of their own."""
    with stack_on_small_disks("--nodes", "2") as stack:
        yield stack


@pytest.fixture
def trial(request: pytest.FixtureRequest, stack: Stack) -> Try:
    """`with trial("Redis killed") as load:`; `on`: another stack than the plain one."""

    def begin(fault: str, on: Stack | None = None, forgotten_refusals: bool = False, per_second: float = 300) -> Trial:
        return Trial(on or stack, fault, request.config.stash[ROWS], forgotten_refusals, per_second)

    return begin


def lines(rows: list[Row]) -> list[str]:
    """The table as text."""
    cells = [HEADS] + [
        (
            row.fault,
            f"{row.in_flight:,}",
            f"{row.acknowledged:,}",
            f"{row.stored:,}",
            f"{row.turned_back:,}",
            f"{row.recovery_s:.1f}",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]

    def line_of(first: str, *rest: str) -> str:
        numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        return "  ".join((first.ljust(widths[0]), *numbers))

    return [line_of(*line) for line in cells]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if not rows:
        return
    table = lines(rows)
    terminalreporter.section("faults: what was broken under load, and what became of the requests")
    for line in table:
        terminalreporter.write_line(line)
    kept = Path(config.rootpath) / "var" / "faults.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("\n".join(table) + "\n")
