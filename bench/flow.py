"""The whole way: from the tracker's body of 8 events to the committed rollup, every process of the stack included."""

from __future__ import annotations

import argparse
import datetime as dt
import random
import time
from statistics import median

from bench import cpu, load
from bench.committed import wait_committed
from bench.reading_nginx import ReadingNginx, reading_nginx
from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from storage import traffic_report
from storage.postgres import Database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=180, help="how long the load is held")
    parser.add_argument("--rate", type=float, default=6_100, help="requests a second; 0: as fast as they are answered")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--nodes", type=int, default=1)


def _lag_s(database: Database, start: dt.datetime, share: float) -> float:
    """The time from arrival to commit below which `share` of the requests since `start` stayed."""
    end = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    with database.transaction() as connection:
        steps = traffic_report.traffic(connection, start, end, dt.timedelta(minutes=1))
    whole = [sum(counts) for counts in zip(*(step.lag for step in steps), strict=True)]
    return traffic_report.quantile_ms(whole, share) / 1000


def _plain_us(reading: ReadingNginx, stack: Stack, asked: argparse.Namespace) -> float:
    before = cpu.seconds(reading.pid)
    sent = load.run(reading.port, stack.project["site_key"], 1, min(4, asked.seconds), connections=asked.connections)
    return (cpu.seconds(reading.pid) - before) / sent.requests * 1e6


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`cpu_ratio`, `cpu_us`, `rps`, `lag_p99_s`, `lost`, `double`."""
    flags = ["--nodes", str(asked.nodes)] if asked.nodes > 1 else []
    with own_stack(*flags) as stack, reading_nginx() as reading:
        if not stack.workers:
            raise BenchError("the stack has no worker")
        database, project_id = Database(stack.settings, "worker", size=2), int(stack.project["project_id"])
        everything, port = stack.pid("supervisor"), stack.settings.edge.port
        key, origin = stack.project["site_key"], f"http://{stack.settings.edge.host}:{stack.settings.shop.port}"
        warm = load.run(port, key, random.getrandbits(31), 2, origin, 1_000, asked.connections)
        before = wait_committed(stack, database, project_id, warm.acknowledged)
        plain = [_plain_us(reading, stack, asked) for _ in range(3 if asked.seconds >= 5 else 1)]
        say(f"reading and 204: {', '.join(f'{one:.1f}' for one in plain)} µs a request")

        start = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
        parts = {name: stack.pid(name) for name in ("edge", "redis", "postgres", *stack.workers)}
        shares = {name: cpu.seconds(pid) for name, pid in parts.items()}
        used, began = cpu.seconds(everything), time.monotonic()
        sent = load.run(port, key, random.getrandbits(31), asked.seconds, origin, asked.rate, asked.connections)
        ended = time.monotonic()
        say(f"sent {sent.requests}: {sent.rps:.0f}/s, p99 {sent.p99_ms} ms, {sent.refused} refused")
        counted = wait_committed(stack, database, project_id, before.accepted + sent.acknowledged)
        used, drained = cpu.seconds(everything) - used, time.monotonic() - ended
        say(f"all committed {drained:.1f} s after the last; {time.monotonic() - began:.0f} s in all")
        shares = {name: cpu.seconds(pid) - shares[name] for name, pid in parts.items()}
        shares["the rest"] = used - sum(shares.values())
        plain += [_plain_us(reading, stack, asked) for _ in range(3 if asked.seconds >= 5 else 1)]

        accepted = counted.accepted - before.accepted
        clicks = (counted.clicks - before.clicks) / load.CLICKS
        # Those under way when wrk stopped have arrived, without anybody there to be told.
        issued = min(sent.issued, sent.acknowledged + asked.connections)
        cost = used / accepted * 1e6
        say("  ".join(f"{name} {share / accepted * 1e6:.0f} µs" for name, share in shares.items()))
        return {
            "cpu_ratio": round(cost / median(plain), 2),
            "cpu_us": round(cost, 1),
            "baseline_us": round(median(plain), 1),
            "rps": round(sent.rps),
            "refused": sent.refused + sent.broken,
            "lag_p99_s": round(_lag_s(database, start, 0.99), 3),
            "lag_p50_s": round(_lag_s(database, start, 0.5), 3),
            "drain_s": round(drained, 1),
            "lost": round(max(0, sent.acknowledged - accepted, sent.acknowledged - clicks)),
            "double": round(max(0, accepted - issued, clicks - issued)),
            "duplicates": counted.duplicate - before.duplicate,
            "sent": sent.acknowledged,
        }
