"""`bin/up`, behind the bash that made sure of packages and the virtual environment: build, start, show."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time

import psycopg

from heatwake.settings import ROOT, Settings, SettingsError
from ops import (
    demo_project,
    last_stores,
    node_changes,
    processes,
    secrets,
    shape,
    stack,
    supervision,
    turns,
)
from ops.builds import build_all
from ops.console import StartError, bold, dim, say, step
from ops.demo_visits.browser import chromium
from ops.follow import follow
from storage.migrate import MigrationError


def arguments(words: list[str]) -> argparse.Namespace:
    """The flags of `bin/up`."""
    parser = argparse.ArgumentParser(
        prog="bin/up", description="Set up what is missing, start everything, print the addresses."
    )
    parser.add_argument("--full", action="store_true", help="with Elasticsearch, S3, pgbouncer, Prometheus, two nodes")
    parser.add_argument("--detach", action="store_true", help="give the terminal back; bin/down stops it")
    parser.add_argument("--empty", action="store_true", help="without the demo visits")
    parser.add_argument("--nodes", type=_nodes, metavar="N", help="collector nodes behind the load balancer, 1 to 16")
    return parser.parse_args(words)


def _nodes(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 16:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 16")
    return int(text)


def bring_up(asked: argparse.Namespace) -> Settings:
    """Build and start what the flags ask for; a stack that runs in that shape already is left alone."""
    settings = shape.decide(asked.full, asked.nodes)
    numbers = processes.chosen(settings, asked.full)
    with turns.of_stack(settings):
        if supervision.supervisor(settings):
            if processes.running(settings) == numbers or not (asked.full or asked.nodes):
                say("  Heatwake already runs.")
                return shape.of_running(settings)
            if asked.nodes and node_changes.differs_only_in_nodes(processes.running(settings), numbers):
                with step(f"{asked.nodes} collector {'node' if asked.nodes == 1 else 'nodes'}"):
                    node_changes.scale(shape.of_running(settings), asked.nodes)
                return shape.of_running(settings)
            with step("Stopping it, to start in the other shape"):
                stack.stop(settings)
        (settings.var / "log").mkdir(parents=True, exist_ok=True)
        build_all(settings.var / "log")
        stack.start(settings, numbers)
    return settings


def show(settings: Settings) -> None:
    """The addresses and the first sign-in."""
    demo = secrets.demo(settings)
    say(f"\n  {bold('Heatwake is running')}\n")
    say(f"  Dashboard    {settings.public_url}/")
    if demo:
        say(f"  Sign in as   {demo['email']}   password  {demo['password']}")
    say(f"  Demo shop    http://{settings.edge.host}:{settings.shop.port}/")
    say(f"  Public API   {settings.public_url}/api/v1")
    if "prometheus" in processes.running(settings):
        say(f"  Prometheus   http://127.0.0.1:{settings.prometheus.port}/")
    say(f"  Log          {supervision.log_file(settings)}")
    say(dim("\n  bin/heatwake status shows each process, bin/down stops them.\n"))


def send_demo_visits(settings: Settings) -> None:
    """A dozen real visits through the shop, if Chromium is there and the demo project has none yet."""
    if chromium() is None:
        say("  Chromium is not installed: the dashboard begins empty.")
        return
    if demo_project.sessions(settings):
        return
    with step("Demo visits through the shop"):
        environment = shape.environment(settings)
        sent = subprocess.run(
            [ROOT / "bin" / "heatwake", "demo"], env=environment, capture_output=True, text=True, check=False
        )
    if sent.returncode:
        say(f"  The demo visits failed; `bin/heatwake demo` sends them again.\n{sent.stderr.rstrip()}")


def main() -> int:
    began = time.monotonic()
    asked = arguments(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        settings = bring_up(asked)
        last_stores.tell(settings)
        log_end = supervision.log_file(settings).stat().st_size
        if not asked.empty:
            send_demo_visits(settings)
    except (StartError, SettingsError, MigrationError, psycopg.Error) as error:
        say(f"\n  {bold('Heatwake could not be started.')}\n  {error}\n  `bin/heatwake doctor` looks for causes.")
        return 1
    except KeyboardInterrupt:
        say("\n  Stopped before it was ready.")
        return 130
    show(settings)
    say(dim(f"  Ready after {time.monotonic() - began:.1f} s.\n"))
    if asked.detach:
        return 0
    say(dim("  Ctrl-C stops Heatwake.\n"))
    if not follow(settings, log_end):
        say(f"  Heatwake has ended; the log is {supervision.log_file(settings)}.")
        return 1
    with step("Stopping Heatwake"), turns.of_stack(settings):
        stack.stop(settings)
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
