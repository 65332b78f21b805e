"""`heatwake restart`: new processes for everything but the stores, while visitors send."""

from __future__ import annotations

import argparse
from typing import Any

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from ops import rolling, turns
from ops.console import StartError


def add(commands: Any) -> None:
    """Add `restart`."""
    parser = commands.add_parser("restart", help="restart the applications without a failed request")
    parser.add_argument("--rolling", action="store_true", help="one after the other; also when it is not told")
    parser.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Restart them, one line each."""
    try:
        with turns.of_stack(settings):
            rolling.restart(settings, lambda line: print(line, flush=True))
    except StartError as error:
        raise CommandError(str(error)) from error
    return 0
