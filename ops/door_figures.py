"""Figures of a door's nginx, edge or node, read from its /metrics."""

from __future__ import annotations

import http.client
import re

from heatwake.settings import Settings

ANSWERS_S = 10.0
_LINE = re.compile(r"^([a-z_]+)(?:\{([^}]*)\})? ([0-9.e+-]+)$", re.M)


def read(settings: Settings, name: str) -> dict[str, list[float]]:
    """Metric → its values, one for each set of labels, of `edge` or `node-N`. Raises OSError if it does not answer."""
    host, port = address(settings, name)
    connection = http.client.HTTPConnection(host, port, timeout=ANSWERS_S)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        text = answer.read().decode()
    except http.client.HTTPException as error:
        raise OSError(f"{name} gives no figures: {error!r}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise OSError(f"{name} gives no figures: /metrics answers {answer.status}")
    found: dict[str, list[float]] = {}
    for metric, labels, value in _LINE.findall(text):
        found.setdefault(metric, []).append(float(value))
        if labels:
            found.setdefault(f"{metric}{{{labels}}}", []).append(float(value))
    return found


def address(settings: Settings, name: str) -> tuple[str, int]:
    """Where `edge` or `node-N` listens."""
    if name == "edge":
        return settings.edge.host, settings.edge.port
    return "127.0.0.1", settings.collector.port + int(name.rpartition("-")[2]) - 1


def under_way(settings: Settings, name: str) -> int:
    """Requests that this nginx works on now, without the one that asks."""
    figures = read(settings, name)
    reading, writing = (figures[f'heatwake_edge_connections{{state="{state}"}}'][0] for state in ("reading", "writing"))
    return int(reading + writing) - 1
