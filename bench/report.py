"""What every benchmark gives, and how it fails."""

from __future__ import annotations

from collections.abc import Callable

Figures = dict[str, float]
Say = Callable[[str], None]


class BenchError(RuntimeError):
    """The benchmark can't be run; the text says why and what to do."""
