"""The shape of a stack: what the flags of `bin/up` decide, handed to every process and kept for other shells.

Every process gets all settings, resolved, as `HEATWAKE_…` variables; `var/run/shape.toml` holds those that are not the
defaults, so that `bin/heatwake` in another shell talks to the same addresses. `bin/down` removes it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from typing import Any

from heatwake.settings import Settings, load, shape_file


def decide(full: bool, nodes: int | None) -> Settings:
    """The settings of a stack that is to be started with these flags."""
    settings = load(running=False)
    if nodes is None and full:
        nodes = max(2, settings.collector.nodes)
    if nodes is not None:
        settings = replace(settings, collector=replace(settings.collector, nodes=nodes))
    if full:
        settings = replace(
            settings,
            sessions="elasticsearch",
            blobs=replace(settings.blobs, store="s3"),
            postgres=replace(
                settings.postgres, pgbouncer_port=settings.postgres.pgbouncer_port or settings.postgres.port + 1
            ),
        )
    return settings


def search_path() -> str:
    """Where programs are looked for: also where Debian keeps servers, which is not on a plain user's PATH."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"


def environment(settings: Settings) -> dict[str, str]:
    """All settings as variables: what a process of the stack is started with, beside the caller's own environment."""
    values = {name: value for name, value in os.environ.items() if not name.startswith("HEATWAKE_")}
    values["PATH"] = search_path()
    for name, value in asdict(settings).items():
        if isinstance(value, dict):
            values |= {f"HEATWAKE_{name}_{inner}".upper(): str(given) for inner, given in value.items()}
        else:
            values[f"HEATWAKE_{name}".upper()] = str(value)
    return values


def _changed(current: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """What of `current` differs from `plain`, nested alike."""
    changed: dict[str, Any] = {}
    for name, value in current.items():
        if isinstance(value, dict):
            if inner := _changed(value, plain[name]):
                changed[name] = inner
        elif value != plain[name] and name != "var":
            changed[name] = value
    return changed


def keep(settings: Settings) -> None:
    """Write `var/run/shape.toml`; readable by its owner only, since a connection string may hold a password."""
    changed = _changed(asdict(settings), asdict(Settings()))
    lines = ["# What the running stack was started with; written by bin/up, removed by bin/down.\n"]
    # JSON's texts and numbers are TOML's.
    lines += [f"{name} = {json.dumps(value)}\n" for name, value in changed.items() if not isinstance(value, dict)]
    for section, values in changed.items():
        if isinstance(values, dict):
            lines.append(f"\n[{section}]\n")
            lines += [f"{name} = {json.dumps(value)}\n" for name, value in values.items()]
    path = shape_file(settings.var)
    path.touch(mode=0o600)
    path.write_text("".join(lines))


def forget(settings: Settings) -> None:
    """Remove what `keep` wrote."""
    shape_file(settings.var).unlink(missing_ok=True)


def of_running(settings: Settings) -> Settings:
    """The settings of the stack that runs with this `var`."""
    return load({**os.environ, "HEATWAKE_VAR": str(settings.var)})
