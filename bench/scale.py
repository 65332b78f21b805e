"""What a request costs at ten times the sites, sessions and pages, with ten million rows there, against one time.

Two stacks that take turns: one has 200 sites, 20,000 sessions at once and 2,000 pages in an empty house, as in `flow`;
the other 2,000 sites, 200,000 sessions and 20,000 pages, and sessions and page views of two weeks are there already.
Both are as they are when they have run for a while: before the first turn nearly every page has been seen on every
device by every worker, every project has some of what is folded now and then, and each turn is counted from when all of
its sessions are under way. Both are sent the same rate. `cost_ratio` holds the CPU of one side's processes against that
of the other's in the same turn; `cpu_ratio_*` each against the nginx that reads the body and answers 204.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from bench import load
from bench.furnished import furnish
from bench.reading_nginx import ReadingNginx, reading_nginx
from bench.report import BenchError, Figures, Say
from bench.stack import own_stack
from bench.whole_way import Crowd, Held, WholeWay, new_sites, origin_of, plain_us
from storage import many_rows

DAYS = 14
TOUR = 3  # page views of a page, device and worker before the first turn: 95 % of them are met
DEVICES = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=10, help="how many times the sites, sessions and pages")
    parser.add_argument("--sites", type=int, default=load.SITES, help="of the smaller side")
    parser.add_argument("--sessions", type=int, default=load.SESSIONS, help="at once, of the smaller side")
    parser.add_argument("--pages", type=int, default=load.PAGES, help="of all sites, of the smaller side")
    parser.add_argument("--rows", type=int, default=10_000_000, help="sessions and page views that are there already")
    parser.add_argument("--seconds", type=float, default=30, help="length of each turn")
    parser.add_argument("--rate", type=float, default=4_000, help="requests a second")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cost_ratio`; `cpu_ratio` and the parts of both sides."""
    with ExitStack() as stacks:
        reading = stacks.enter_context(reading_nginx())
        sides: dict[str, WholeWay] = {}
        for name, times in (("1x", 1), ("10x", asked.times)):
            stack = stacks.enter_context(own_stack())
            if not stack.workers:
                raise BenchError("the stack has no worker")
            crowd = Crowd(new_sites(stack, asked.sites * times), asked.sessions * times, asked.pages * times)
            way = sides[name] = WholeWay(stack, crowd, asked.connections)
            batches_a_second = stack.settings.collector.workers * 1000 / stack.settings.collector.gather_ms
            furnish(way.database, crowd, origin_of(stack), asked.rate / batches_a_second / len(crowd.sites))
            if times > 1 and asked.rows:
                began = time.monotonic()
                there = many_rows.fill(
                    way.database, stack.settings.dsn("owner"), list(crowd.sites.values()), asked.rows, DAYS
                )
                say(f"{there:,} rows in {time.monotonic() - began:.0f} s")
            way.tour(TOUR * crowd.pages * DEVICES * stack.settings.collector.workers, asked.rate)
        ratios: dict[str, list[float]] = {name: [] for name in sides}
        turns: dict[str, list[Held]] = {name: [] for name in sides}
        for turn in range(asked.turns):
            # Each side is first in every second turn: what the machine does meanwhile meets both alike.
            order = [*sides.items()] if turn % 2 == 0 else [*reversed(sides.items())]
            for name, held, plain in _turn(order, reading, asked):
                ratios[name].append(held.cost_us / plain)
                turns[name].append(held)
                parts = "  ".join(f"{part} {share:.0f}" for part, share in held.parts_us.items())
                say(f"{name:>4}: {held.cost_us:.0f} µs ({parts}), reading and 204 {plain:.1f} µs")
        figures: Figures = {
            "cost_ratio": round(median(b.cost_us / a.cost_us for a, b in zip(*turns.values(), strict=True)), 3),
            "rps": round(median(held.sent.rps for held in turns["10x"])),
            "lost": max(0, *(held.sent.acknowledged - held.accepted for side in turns.values() for held in side)),
        }
        for name, side in turns.items():
            figures[f"cpu_ratio_{name}"] = round(median(ratios[name]), 2)
            for part in side[0].parts_us:
                figures[f"{part}_us_{name}"] = round(median(held.parts_us[part] for held in side), 1)
        return figures


def _turn(
    sides: list[tuple[str, WholeWay]], reading: ReadingNginx, asked: argparse.Namespace
) -> Iterator[tuple[str, Held, float]]:
    """Each side once, with the baseline before and after it."""
    for name, way in sides:
        before = plain_us(reading, asked.seconds, asked.connections)
        held = way.hold(asked.seconds, asked.rate)
        yield name, held, (before + plain_us(reading, asked.seconds, asked.connections)) / 2
