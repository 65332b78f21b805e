"""`heatwake status`: what runs, where, and how it is."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heatwake.settings import Settings
from ops.status import status


def add(commands: Any) -> None:
    """Add `status`."""
    parser = commands.add_parser(
        "status", help="what runs, where, and how it is; ends with 1 while something is not ready"
    )
    parser.add_argument("--json", action="store_true", help="everything as one JSON object, settings included")
    parser.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Print the report."""
    report = status(settings)
    if asked.json:
        print(json.dumps(report, indent=2))
    elif not report["running"]:
        print("Heatwake does not run; bin/up starts it.")
    else:
        _show(report)
    return 0 if report["ready"] else 1


def _show(report: dict[str, Any]) -> None:
    print(f"Heatwake {report['version']}, supervisor {report['supervisor_pid']}, log {report['log']}\n")
    for state in report["services"]:
        pid = state["pid"] or "-"
        print(f"  {state['name']:<14} {state['health']:<8} {pid:>8}  {state['address']}")
        if state["trouble"]:
            print(f"  {'':<14} {state['trouble']}")
    if report["streams"] is not None:
        print("\n  shard  waiting  committed requests  last commit  owner")
        for shard in report["streams"]:
            ago = "never" if shard["committed_s_ago"] is None else f"{shard['committed_s_ago']:.0f} s ago"
            numbers = f"{shard['waiting_entries']:>7}  {shard['committed_requests']:>18,}"
            print(f"  {shard['shard']:>5}  {numbers}  {ago:>11}  {shard['owner'] or '-'}")
    spool = report["spool"]
    if spool and (spool["bytes"] or spool["spooling"]):
        print(f"\n  Spool: {spool['bytes']:,} bytes wait in {spool['directory']}")
        for name, why in spool["spooling"].items():
            print(f"    {name} spools: {why}")
    if report["trouble"]:
        print(f"\n  {report['trouble']}")
    dead = report["dead_letters"]
    if dead is not None:
        print(f"\n  Dead letters: {dead['count']}")
        for letter in dead["newest"]:
            print(f"    {letter['source']}  {letter['reason']}  {letter['error']}")
