"""The door: nginx with Lua to Redis' log, against an nginx that reads the same body and answers 204
and against one that only answers (`return 204`).

The workers are held while it is measured (what comes behind Redis is `flow`'s), and the streams are emptied between.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from statistics import median

from bench import cpu, load
from bench.reading_nginx import reading_nginx
from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from storage.event_stream import EventStream, open_event_stream

MOST_RPS = 30_000  # the rate at which the door is to answer within 10 ms, where the machine has it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=5, help="times the baselines and the door, one after the other")
    parser.add_argument("--seconds", type=float, default=4, help="length of each of them")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--durability", choices=("os", "power"), default="os", help="redis.durability of the stack")


@dataclass(frozen=True)
class Window:
    """A load, and the CPU time a request that each server took for it, in µs."""

    sent: load.Load
    parts: dict[str, float]

    @property
    def cpu_us(self) -> float:
        return sum(self.parts.values())


def _empty(stream: EventStream, shards: int) -> None:
    """Take everything out of the streams."""
    for shard in range(shards):
        stream.trim(shard, f"{2**63}-0")


def _window(port: int, stack: Stack, asked: argparse.Namespace, servers: dict[str, int], rate: float = 0) -> Window:
    """Send to `port`; `servers`: name → pid, each counted with its children."""
    before = {name: cpu.seconds(pid) for name, pid in servers.items()}
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
    return Window(
        sent, {name: (cpu.seconds(pid) - before[name]) / sent.requests * 1e6 for name, pid in servers.items()}
    )


def _words(name: str, window: Window) -> str:
    parts = "  ".join(f"{server} {us:.1f}" for server, us in window.parts.items())
    sent = window.sent
    return (
        f"{name} {window.cpu_us:5.1f} µs ({parts})  {sent.rps:7.0f}/s  p50 {sent.p50_ms:.1f}  p99 {sent.p99_ms:.1f} ms"
    )


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cpu_ratio` (to body-read), `return_ratio`, `rps`, `p99_ms` at half of that rate, `p99_limit_ms` at all of it."""
    with own_stack(REDIS_DURABILITY=asked.durability) as stack, reading_nginx() as reading:
        stream = open_event_stream(stack.settings)
        door, shards = stack.settings.edge.port, stack.settings.collector.shards
        servers = {"nginx": stack.pid("edge"), "redis": stack.pid("redis")}
        turns: list[tuple[Window, Window, Window]] = []
        with stack.held(*stack.workers):
            for number in range(asked.pairs + 1):
                returned = _window(reading.return_port, stack, asked, {"nginx": reading.pid})
                plain = _window(reading.port, stack, asked, {"nginx": reading.pid})
                taken = _window(door, stack, asked, servers)
                _empty(stream, shards)
                if number == 0:
                    continue  # the first warms up
                turns.append((returned, plain, taken))
                say(_words(f"pair {number}: door", taken))
                say(f"{_words('  reading and 204 ', plain)}   ratio {taken.cpu_us / plain.cpu_us:.2f}")
                say(f"{_words('  return 204      ', returned)}   ratio {taken.cpu_us / returned.cpu_us:.2f}")
            rate = median(taken.sent.rps for *_, taken in turns)
            half = _window(door, stack, asked, servers, rate=rate / 2)
            _empty(stream, shards)
            say(_words("at half the rate:", half))
            limit = _window(door, stack, asked, servers, rate=min(MOST_RPS, rate))
            _empty(stream, shards)
            say(_words("at the limit:", limit))
        return {
            "cpu_ratio": round(median(taken.cpu_us / plain.cpu_us for _, plain, taken in turns), 2),
            "return_ratio": round(median(taken.cpu_us / returned.cpu_us for returned, _, taken in turns), 2),
            "cpu_us": round(median(taken.cpu_us for *_, taken in turns), 1),
            "nginx_us": round(median(taken.parts["nginx"] for *_, taken in turns), 1),
            "redis_us": round(median(taken.parts["redis"] for *_, taken in turns), 1),
            "baseline_us": round(median(plain.cpu_us for _, plain, _ in turns), 1),
            "return_us": round(median(returned.cpu_us for returned, *_ in turns), 1),
            "rps": round(rate),
            "half_rps": round(half.sent.rps),
            "p99_ms": round(half.sent.p99_ms, 2),
            "limit_rps": round(limit.sent.rps),
            "p99_limit_ms": round(limit.sent.p99_ms, 2),
        }
