"""docs/metrics.md and the sources name the same metrics."""

from __future__ import annotations

from documented_metrics import defined, documented


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    assert defined() - documented() == set(), "these are missing in docs/metrics.md"
    assert documented() - defined() == set(), "docs/metrics.md lists these, and no source defines them"
