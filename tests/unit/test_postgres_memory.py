"""How much memory Postgres is given on machines of different sizes."""

from __future__ import annotations

import pytest

from ops.postgres_server import buffers_mb, memory_mb


@pytest.mark.parametrize(("memory", "buffers"), [(512, 256), (2_048, 256), (8_192, 1_024), (262_144, 2_048)])
def test_postgres_keeps_an_eighth_of_the_memory_within_bounds(memory: int, buffers: int) -> None:
    assert buffers_mb(memory) == buffers


def test_memory_of_this_machine_is_told() -> None:
    assert 100 < memory_mb() < 100_000_000
