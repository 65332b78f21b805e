"""Passwords of the stack's own servers, made once and kept in `var/secrets`, readable by its owner only."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from heatwake.settings import Settings

ROLES = ("postgres", "heatwake_owner", "heatwake_worker", "heatwake_app")


def directory(settings: Settings) -> Path:
    """`var/secrets`, made if missing."""
    path = settings.var / "secrets"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def write(path: Path, text: str) -> None:
    """Put a secret into a file that nobody else can read, whole or not at all."""
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)


def database_passwords(settings: Settings) -> dict[str, str]:
    """Role → password, for Postgres' superuser and the three roles; kept in the form that libpq reads (`pgpass`)."""
    path = directory(settings) / "pgpass"
    if path.exists():
        lines = path.read_text().splitlines()
        return {role: password for *_, role, password in (line.split(":") for line in lines)}
    passwords = {role: secrets.token_hex(24) for role in ROLES}
    write(path, "".join(f"*:*:*:{role}:{password}\n" for role, password in passwords.items()))
    return passwords


def demo(settings: Settings) -> dict[str, Any] | None:
    """The demo sign-in and project as `ops.demo_project` kept them; None before the first start."""
    path = directory(settings) / "demo.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text())
    return found
