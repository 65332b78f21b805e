"""The rooms keep to themselves: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "storage": {"collector", "dashboard", "ops", "bench"},
    "collector": {"dashboard", "ops", "bench"},
    "dashboard": {"collector", "ops", "bench"},
}


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", sorted(FORBIDDEN))
def test_room_imports_only_what_it_may_know(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    strangers = {
        str(path.relative_to(ROOT)): sorted(imported(path) & FORBIDDEN[room])
        for path in files
        if imported(path) & FORBIDDEN[room]
    }
    assert strangers == {}


def test_sql_stands_in_storage_only() -> None:
    words = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")
    found = []
    for room in ("collector", "dashboard", "heatwake", "ops"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(words):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
