"""The spool of this machine as an operator sees it: what waits there, who spools and why, what was damaged."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass

from heatwake.settings import Settings
from ops import processes

ASK_S = 5.0


@dataclass(frozen=True)
class SpoolState:
    """The spool now. `spooling`: the nginx whose requests go there → why; `damaged`: segments that were kept aside."""

    directory: str
    bytes: int
    limit_bytes: int
    oldest_s: float | None
    damaged: list[str]
    spooling: dict[str, str]


def spool_state(settings: Settings) -> SpoolState:
    """Asks every nginx of the stack, and looks at the directory. Raises PermissionError where it belongs to another."""
    sizes: dict[str, int] = {}
    path = settings.spool_path
    for file in path.iterdir() if path.exists() else ():
        try:
            sizes[file.name] = file.stat().st_size
        except FileNotFoundError:
            continue  # has just been fed back
    made_ms = [int(name.partition("-")[0]) for name in sizes if name.endswith(".spool")]
    return SpoolState(
        directory=str(path),
        bytes=sum(sizes.values()),
        limit_bytes=settings.collector.spool_mb * 1024 * 1024,
        oldest_s=round(max(0.0, time.time() - min(made_ms) / 1000), 1) if made_ms else None,
        damaged=sorted(name for name in sizes if name.endswith(".damaged")),
        spooling={name: why for name, port in _doors(settings).items() if (why := _why(port))},
    )


def _doors(settings: Settings) -> dict[str, int]:
    """Each nginx that may spool, with its port."""
    numbers = processes.running(settings)
    nodes = {f"node-{number}": settings.collector.port + number - 1 for number in numbers.get("node", [])}
    return ({"edge": settings.edge.port} if "edge" in numbers else {}) | nodes


def _why(port: int) -> str | None:
    """Why the nginx on this port spools; None if it does not, or does not say."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_S)
    try:
        connection.request("GET", "/readyz")
        told = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    why = told.get("spooling") if isinstance(told, dict) else None
    return str(why) if why else None
