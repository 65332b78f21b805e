"""`heatwake doctor`: what is wrong on this machine and what to do about it."""

from __future__ import annotations

import argparse
from typing import Any

from heatwake.settings import Settings
from ops.doctor import examine


def add(commands: Any) -> None:
    """Add `doctor`."""
    parser = commands.add_parser(
        "doctor", help="what is wrong on this machine and what to do about it; ends with 1 if something is"
    )
    parser.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Print every finding, with what to do about those that are not well."""
    wrong = 0
    for finding in examine(settings):
        mark = "✓" if finding.well else "✗" if finding.serious else "!"
        print(f"  {mark} {finding.subject:<11} {finding.says}", flush=True)
        if not finding.well:
            wrong += finding.serious
            print(f"    → {finding.advice}")
    print(f"\n  {'Nothing is wrong.' if not wrong else f'{wrong} to put right.'}")
    return 1 if wrong else 0
