"""The demo account, project, user and API key: what a first look needs; kept in `var/secrets/demo.json`."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import subprocess
from typing import Any

from heatwake.cli import GROUPS
from heatwake.settings import ROOT, Settings
from ops import shape
from ops.console import StartError
from ops.secrets import demo, directory, write
from storage.first_project import ensure_first_project
from storage.postgres import Database
from storage.session_index import SessionFilter, open_session_index

EMAIL = "demo@heatwake.example"
ACCOUNT = "Demo"


def ensure(settings: Settings) -> None:
    """Make what is missing of them; `{email, password, site_key, api_key, project_id, user}` are kept.

    The keys are kept before the database has them, so that a start that was cut off goes on with the same ones. Raises
    StartError with what the command said that failed.
    """
    known = demo(settings)
    if known is None:
        known = {"email": EMAIL, "password": secrets.token_urlsafe(9), "user": False}
        known |= {"site_key": secrets.token_hex(8), "api_key": f"hw_{secrets.token_hex(20)}"}
        _keep(settings, known)
    # At every start, since the shop may have moved to another port.
    origin = f"http://{settings.edge.host}:{settings.shop.port}"
    keys = known["site_key"], known["api_key"]
    known["project_id"] = ensure_first_project(settings.dsn("owner"), ACCOUNT, "Demo shop", origin, *keys)
    _keep(settings, known)
    if not known.get("user") and "user" in GROUPS:
        words = ("--email", EMAIL, f"--password={known['password']}", "--org", ACCOUNT, "--role", "owner")
        _heatwake(settings, "user", "create", *words)
        _keep(settings, known | {"user": True})


def _keep(settings: Settings, known: dict[str, Any]) -> None:
    write(directory(settings) / "demo.json", json.dumps(known))


def _heatwake(settings: Settings, *words: str) -> None:
    """Run a `heatwake` command. Raises StartError with its error."""
    done = subprocess.run(
        [ROOT / "bin" / "heatwake", *words],
        env=shape.environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StartError(f"`heatwake {words[0]} {words[1]}` failed: {done.stderr.strip()}")


def sessions(settings: Settings) -> int:
    """How many sessions the demo project has had in the last year."""
    known = demo(settings)
    if known is None:
        return 0
    now = dt.datetime.now(dt.UTC)
    period = SessionFilter(start=now - dt.timedelta(days=365), end=now + dt.timedelta(days=1))
    index = open_session_index(settings, Database(settings, "app", size=1))
    return index.search(known["project_id"], period, limit=1).total
