"""The capacity that docs/operations.md works out is what the measured figures give."""

from __future__ import annotations

import pytest

from heatwake.settings import ROOT
from ops.capacity import HOTJAR_PER_DAY, Measured, need, table


def test_documented_table_is_the_one_that_the_figures_give() -> None:
    assert table(Measured()) in (ROOT / "docs" / "operations.md").read_text()


def test_ten_times_the_load_takes_ten_times_the_bytes_and_cores() -> None:
    one, ten = need(1, Measured()), need(10, Measured())
    assert one.per_second == pytest.approx(HOTJAR_PER_DAY / 86_400)
    assert ten.database_gb_day == pytest.approx(10 * one.database_gb_day)
    assert 10 * (one.workers - 1) < ten.workers <= 10 * one.workers  # each rounded up
    assert need(1, Measured(worker_us=2 * Measured().worker_us)).workers >= 2 * one.workers - 1
