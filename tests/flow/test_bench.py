"""Benchmarks run, and end with a line that a program can read; what they give is no matter of a test."""

from __future__ import annotations

import json
import subprocess
import sys

from running_stack import Stack

from heatwake.settings import ROOT


def figures(stack: Stack, *words: str) -> dict[str, float]:
    """The figures of `bin/bench WORDS --json` on the tests' stack."""
    env = {**stack.env, "HEATWAKE_BENCH_STACK": str(stack.settings.var)}
    command = [sys.executable, "-m", "bench", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["bench"] == words[0]
    found: dict[str, float] = told["figures"]
    return found


def test_flow_loses_nothing_and_counts_nothing_twice(stack: Stack) -> None:
    found = figures(stack, "flow", "--seconds", "1", "--rate", "200", "--sites", "3", "--sessions", "60")
    assert {
        "cpu_ratio",
        "cpu_us",
        "rps",
        "lag_p99_s",
        "unanswered",
        "edge_us",
        "redis_us",
        "worker_us",
        "postgres_us",
    } <= found.keys()
    assert found["sent"] > 0
    assert (found["lost"], found["double"]) == (0, 0)


def test_scale_measures_both_sides_and_loses_nothing(stack: Stack) -> None:
    small = ("--sites", "2", "--sessions", "50", "--pages", "10", "--times", "2", "--rows", "4000")
    found = figures(stack, "scale", *small, "--turns", "1", "--seconds", "1", "--rate", "300")
    assert {"cost_ratio", "cpu_ratio_1x", "cpu_ratio_10x", "postgres_us_10x"} <= found.keys()
    assert found["lost"] == 0


def test_worker_tells_what_its_steps_take(stack: Stack) -> None:
    found = figures(stack, "worker", "--requests", "60", "--batch", "30", "--sessions", "10", "--sites", "3")
    assert {"cpu_ratio", "cpu_us", "baseline_us", "decode_us", "fold_us", "pack_us"} <= found.keys()


def test_ingest_gives_its_figures(stack: Stack) -> None:
    found = figures(stack, "ingest", "--pairs", "1", "--seconds", "1")
    assert {"cpu_ratio", "baseline_us", "return_ratio", "return_us", "rps", "p99_ms"} <= found.keys()


def test_tracker_with_its_recorder_is_within_its_size_as_served(stack: Stack) -> None:
    found = figures(stack, "snippet")
    assert 0 < found["core_gzip"] < found["total_gzip"] <= 30_720


def test_recorder_is_seen_at_work(stack: Stack) -> None:
    found = figures(stack, "recorder", "--seconds", "1", "--turns", "1")
    assert {"longest_task_ms", "main_share", "cpu_ratio", "lcp_ms", "inp_ms", "sent_bytes"} <= found.keys()


def test_recordings_of_the_corpus_are_packed_and_whole(stack: Stack) -> None:
    found = figures(stack, "recordings", "--sessions", "1")
    assert {"raw_ratio", "gzip_ratio", "sent_ratio", "shared_bytes"} <= found.keys()
    assert found["kept_bytes"] < found["gzip_bytes"]
