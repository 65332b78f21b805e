"""The whole way: from the tracker's body of 8 events to the committed rollup, every process of the stack included."""

from __future__ import annotations

import argparse
import datetime as dt
from statistics import median

from bench import load
from bench.furnished import furnish
from bench.reading_nginx import reading_nginx
from bench.report import BenchError, Figures, Say
from bench.stack import own_stack
from bench.whole_way import Crowd, WholeWay, new_sites, origin_of, plain_us
from storage import traffic_report
from storage.postgres import Database

LAST_S = 30  # the lag at the end is that of the minutes that these seconds lie in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=180, help="how long the load is held")
    parser.add_argument("--rate", type=float, default=6_200, help="requests a second; 0: as fast as they are answered")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--sites", type=int, default=load.SITES)
    parser.add_argument("--sessions", type=int, default=load.SESSIONS, help="at once")
    parser.add_argument("--pages", type=int, default=load.PAGES, help="of all sites")
    parser.add_argument("--nodes", type=int, default=1)


def _minute(ago_s: float = 0) -> dt.datetime:
    """The beginning of the minute in which it was so many seconds ago."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=ago_s)).replace(second=0, microsecond=0)


def _lag_s(database: Database, start: dt.datetime, share: float) -> float:
    """The time from arrival to commit below which `share` of the requests since `start` stayed."""
    end = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    with database.transaction() as connection:
        steps = traffic_report.traffic(connection, start, end, dt.timedelta(minutes=1))
    whole = [sum(counts) for counts in zip(*(step.lag for step in steps), strict=True)]
    return traffic_report.quantile_ms(whole, share) / 1000


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cpu_ratio`, `cpu_us` and its parts, `rps`, `lag_p99_s` at the end and over the whole time, `lost`, `double`."""
    flags = ["--nodes", str(asked.nodes)] if asked.nodes > 1 else []
    with own_stack(*flags) as stack, reading_nginx() as reading:
        if not stack.workers:
            raise BenchError("the stack has no worker")
        crowd = Crowd(new_sites(stack, asked.sites), asked.sessions, asked.pages)
        way = WholeWay(stack, crowd, asked.connections)
        furnish(way.database, crowd, origin_of(stack))
        rounds = range(3 if asked.seconds >= 5 else 1)
        plain = [plain_us(reading, asked.seconds, asked.connections) for _ in rounds]
        say(f"reading and 204: {', '.join(f'{one:.1f}' for one in plain)} µs a request")

        start = _minute()
        held = way.hold(asked.seconds, asked.rate)
        last = _minute(ago_s=held.drained_s + LAST_S)
        sent = held.sent
        say(f"sent {sent.requests}: {sent.rps:.0f}/s, p99 {sent.p99_ms} ms, {sent.refused} refused")
        say(f"all committed {held.drained_s:.1f} s after the last")
        plain += [plain_us(reading, asked.seconds, asked.connections) for _ in rounds]
        say("  ".join(f"{part} {share:.0f} µs" for part, share in held.parts_us.items()))
        return {
            "cpu_ratio": round(held.cost_us / median(plain), 2),
            "cpu_us": round(held.cost_us, 1),
            "baseline_us": round(median(plain), 1),
            **{f"{part}_us": round(share, 1) for part, share in held.parts_us.items()},
            "rps": round(sent.rps),
            "p99_ms": round(sent.p99_ms, 1),
            "refused": sent.refused + sent.broken,
            "lag_p99_s": round(_lag_s(way.database, last, 0.99), 3),
            "lag_p50_s": round(_lag_s(way.database, last, 0.5), 3),
            "lag_p99_all_s": round(_lag_s(way.database, start, 0.99), 3),
            "drain_s": round(held.drained_s, 1),
            "lost": round(max(0, sent.acknowledged - held.accepted, sent.acknowledged - held.clicks)),
            "double": round(max(0, held.accepted - sent.issued, held.clicks - sent.issued)),
            "unanswered": sent.unanswered,
            "duplicates": held.duplicates,
            "sent": sent.acknowledged,
        }
