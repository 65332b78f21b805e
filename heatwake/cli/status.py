"""`heatwake status`."""

from __future__ import annotations

import argparse
from typing import Any

from heatwake.settings import Settings
from ops import processes
from ops.services import pid, services


def add(commands: Any) -> None:
    parser = commands.add_parser("status", help="what runs, where, and how it is")
    parser.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    for service in services(settings, processes.running(settings)):
        print(f"{service.name:14} {service.address:40} {pid(settings, service.name)} {service.trouble() or 'ready'}")
    return 0
