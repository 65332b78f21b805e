"""The metrics that docs/metrics.md lists, and those that the sources define."""

from __future__ import annotations

import ast
import re

from heatwake.settings import ROOT

KINDS = ("Counter", "Gauge", "Histogram", "Summary")  # and their MetricFamily
ROOMS = ("collector", "dashboard", "storage", "heatwake", "ops")


def documented() -> set[str]:
    """The names in the first column of the tables of docs/metrics.md."""
    text = (ROOT / "docs" / "metrics.md").read_text()
    return set(re.findall(r"^\| `(heatwake_[a-z0-9_]+)`", text, re.M))


def defined() -> set[str]:
    """The names of all metrics that the sources define, as a scrape shows them."""
    return _of_lua() | _of_python()


def _of_lua() -> set[str]:
    listed = (ROOT / "lua" / "metrics.lua").read_text().split("local HELP = {")[1].split("\n}\n")[0]
    return set(re.findall(r'^    \{ "([a-z0-9_]+)"', listed, re.M))


def _of_python() -> set[str]:
    names = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                    continue
                kind, name = getattr(node.func, "id", getattr(node.func, "attr", "")), node.args[0].value
                if kind.startswith(KINDS) and isinstance(name, str) and name.startswith("heatwake_"):
                    counter = kind.startswith("Counter") and not name.endswith("_total")
                    names.add(f"{name}_total" if counter else name)
    return names
