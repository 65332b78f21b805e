"""`heatwake demo`: real visits through the demo shop, so that the dashboard has something to show."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from ops import supervision
from ops.demo_visits.browser import NAMES, chromium
from ops.secrets import demo

MOST = 200


def add(commands: Any) -> None:
    """Add `demo`."""
    parser = commands.add_parser("demo", help="send real visits through the demo shop, in a real Chromium")
    parser.add_argument("--visits", type=_visits, default=12, metavar="N", help=f"how many, 1 to {MOST}; else a dozen")
    parser.add_argument("--json", action="store_true", help="what was sent as one JSON object")
    parser.set_defaults(run=run)


def _visits(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST}")
    return int(text)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Send them, wait until the dashboard can show them, and say what was done."""
    executable = chromium()
    if executable is None:
        raise CommandError(f"No Chromium is installed (looked for {', '.join(NAMES)}): apt-get install chromium")
    known = demo(settings)
    if known is None or supervision.supervisor(settings) is None:
        raise CommandError("Heatwake does not run here; bin/up starts it.")
    try:
        from playwright.sync_api import Error as BrowserError

        from ops.demo_visits import arrival, funnel, plan, send
        from ops.demo_visits.hand import NotThere
    except ImportError as error:
        raise CommandError("playwright is not installed in this environment; bin/up installs it.") from error

    def tell(sent: send.Sent) -> None:
        if not asked.json:
            device, pages = f"{sent.visit.visitor.device.width} px", len(sent.page_views)
            print(f"  {sent.visit.name:<26} {device:>8}  {pages:>2} pages  {sent.seconds:>5} s", flush=True)

    shop = f"http://{settings.edge.host}:{settings.shop.port}"
    began = time.monotonic()
    try:
        visits = send.send(executable, shop, plan.plan(asked.visits), tell)
        sent_at = time.monotonic()
        sessions = arrival.wait(settings, known["project_id"], visits)
        funnel.ensure(settings, known["project_id"])
    except (BrowserError, NotThere, arrival.NotArrived) as error:
        raise CommandError(f"The demo visits did not go through: {error}") from error
    seconds, seen = round(time.monotonic() - began, 1), round(time.monotonic() - sent_at, 2)
    if asked.json:
        listed = [
            {
                "session": str(doc.session_id),
                "way": sent.visit.name,
                "device": doc.device,
                "page_views": doc.page_views,
                "clicks": doc.clicks,
                "recorded": doc.recording_events > 0,
            }
            for sent, doc in zip(visits, sessions, strict=True)
        ]
        print(json.dumps({"visits": listed, "seconds": seconds, "seconds_to_be_seen": seen}))
        return 0
    pages, clicks = sum(doc.page_views for doc in sessions), sum(doc.clicks for doc in sessions)
    print(f"\n  {len(sessions)} visits, {pages} page views, {clicks} clicks in {seconds} s.")
    print(f"  All of it could be seen {seen} s after the last: {settings.public_url}/")
    return 0
