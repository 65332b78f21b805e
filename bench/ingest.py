"""The door: nginx with Lua to Redis' synced log, against an nginx that reads the same body and answers 204.

The workers are held while it is measured (what comes behind Redis is `flow`'s), and the streams are emptied between.
"""

from __future__ import annotations

import argparse
import random
from statistics import median

from bench import cpu, load
from bench.reading_nginx import reading_nginx
from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from storage.event_stream import EventStream, open_event_stream


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=5, help="pairs of door and baseline, one after the other")
    parser.add_argument("--seconds", type=float, default=4, help="length of each half of a pair")
    parser.add_argument("--connections", type=int, default=64)


def _empty(stream: EventStream, shards: int) -> None:
    """Take everything out of the streams."""
    for shard in range(shards):
        stream.trim(shard, f"{2**63}-0")


def _window(
    port: int, stack: Stack, asked: argparse.Namespace, *roots: int, rate: float = 0
) -> tuple[load.Load, float]:
    """A load and the CPU seconds a request that the servers below `roots` took for it."""
    before = cpu.seconds(*roots)
    sent = load.run(
        port,
        stack.project["site_key"],
        random.getrandbits(31),
        asked.seconds,
        origin=f"http://{stack.settings.edge.host}:{stack.settings.shop.port}",
        rate=rate,
        connections=asked.connections,
    )
    if sent.refused or sent.broken:
        raise BenchError(f"{sent.refused} refused and {sent.broken} broken of {sent.requests} requests")
    return sent, (cpu.seconds(*roots) - before) / sent.requests


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cpu_ratio`, `rps`, `p99_ms` at half of that rate."""
    with own_stack() as stack, reading_nginx() as reading:
        stream = open_event_stream(stack.settings)
        door, shards = stack.settings.edge.port, stack.settings.collector.shards
        servers = stack.pid("edge"), stack.pid("redis")
        ratios, costs, baselines, rates = [], [], [], []
        with stack.held(*stack.workers):
            for number in range(asked.pairs + 1):
                plain, plain_s = _window(reading.port, stack, asked, reading.pid)
                taken, taken_s = _window(door, stack, asked, *servers)
                _empty(stream, shards)
                if number == 0:
                    continue  # the first warms up
                ratios.append(taken_s / plain_s)
                costs.append(taken_s * 1e6)
                baselines.append(plain_s * 1e6)
                rates.append(taken.rps)
                say(
                    f"pair {number}: door {taken_s * 1e6:5.1f} µs  {taken.rps:7.0f}/s  p99 {taken.p99_ms:5.1f} ms"
                    f"   reading and 204 {plain_s * 1e6:5.1f} µs  {plain.rps:7.0f}/s   ratio {taken_s / plain_s:.2f}"
                )
            rate = median(rates)
            half, half_s = _window(door, stack, asked, *servers, rate=rate / 2)
            _empty(stream, shards)
            say(
                f"at half the rate: {half.rps:.0f}/s  p50 {half.p50_ms} ms  p99 {half.p99_ms} ms  {half_s * 1e6:.1f} µs"
            )
        return {
            "cpu_ratio": round(median(ratios), 2),
            "cpu_us": round(median(costs), 1),
            "baseline_us": round(median(baselines), 1),
            "rps": round(rate),
            "half_rps": round(half.rps),
            "p99_ms": round(half.p99_ms, 2),
        }
