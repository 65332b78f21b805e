"""The nginx configuration of the edge and of the collector nodes. `render` and `NginxProcess` may be imported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from collector.nginx.configuration import edge, node
from heatwake.settings import Settings

TEMPORARY = ("body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class NginxProcess:
    """One nginx to run; it stays in the foreground."""

    name: str
    command: list[str]
    port: int


def render(settings: Settings, directory: Path, nodes: Collection[int]) -> list[NginxProcess]:
    """Write `edge.conf` and `node-N.conf` for these nodes into `directory`; gives what to run, nodes first.

    With one node the edge is that node too: the whole hot path in one process. Raises SettingsError for what nginx
    can't do.
    """
    directory.mkdir(parents=True, exist_ok=True)
    processes = [
        _write(directory, f"node-{number}", node(settings, directory, number), settings.collector.port + number - 1)
        for number in nodes
    ]
    processes.append(_write(directory, "edge", edge(settings, directory), settings.edge.port))
    return processes


def _write(directory: Path, name: str, text: str, port: int) -> NginxProcess:
    for part in TEMPORARY:
        (directory / f"{name}.tmp" / part).mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.conf"
    path.write_text(text)
    path.chmod(0o600)  # it may hold the password of Redis
    return NginxProcess(name, ["nginx", "-p", str(directory), "-c", path.name], port)
