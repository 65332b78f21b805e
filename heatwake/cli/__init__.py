"""The `heatwake` command.

Each module of this package is a group of commands and has `add(subparsers)`, which adds its parsers and sets, with
`parser.set_defaults(run=…)`, what runs them: `run(settings, asked) -> int` gives the exit code. To add a group write
the module and name it in GROUPS. A command raises CommandError to end with a clear text and code 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence

import psycopg

from heatwake import __version__
from heatwake.cli.errors import CommandError
from heatwake.settings import Settings, SettingsError, load

GROUPS = (
    "status",
    "doctor",
    "migrate",
    "project",
    "user",
    "node",
    "restart",
    "deploy",
    "demo",
    "dead_letters",
    "erase",
    "retention",
)
Command = Callable[[Settings, argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="heatwake", description="Self-hosted heatmaps, funnels and session replays.")
    top.add_argument("--version", action="version", version=f"heatwake {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        importlib.import_module(f"heatwake.cli.{group}").add(commands)
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    asked = parser().parse_args(words)
    run: Command = asked.run
    try:
        return run(load(), asked)
    except BrokenPipeError:  # nobody reads any more (`heatwake status | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CommandError, SettingsError) as error:
        print(f"heatwake: {error}", file=sys.stderr)
    except (psycopg.OperationalError, OSError) as error:
        print(f"heatwake: a store can't be reached: {error}\nIs the stack running? bin/up starts it.", file=sys.stderr)
    return 1
