"""What a load takes, worked out from measured figures: the table of docs/operations.md, "Capacity".

`.venv/bin/python -m ops.capacity [--worker_us 90 …]` prints it; every figure has an option of its name. What stands
here is what `bin/bench flow` gave last (docs/performance.md).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields
from math import ceil

HOTJAR_PER_DAY = 525_000_000
DAY_S = 86_400
FACTORS = (1, 10, 100, 1000)


@dataclass(frozen=True)
class Measured:
    """CPU in µs a request, from `bin/bench flow`; bytes a request, from the stores after it.

    Assumed are `proxy_us` and `in_bytes`, and all from `requests_per_session` on.
    """

    edge_us: float = 44
    redis_us: float = 13
    worker_us: float = 84
    postgres_us: float = 39
    proxy_us: float = 30  # one more nginx before the nodes: twice the reading of a body (`baseline_us`)
    in_bytes: float = 1_500  # of a tracker's request, headers included
    stream_bytes: float = 1_400  # to Redis, into its log, and from there to a worker
    wal_bytes: float = 850
    database_bytes: float = 580  # that stay in Postgres, indexes included
    requests_per_session: float = 12
    peak: float = 2.5  # the day's busiest minute against its average
    busy: float = 0.6  # of a core or a disk that is planned to be used
    recorded: float = 0.1  # of the sessions
    recording_bytes: float = 25_000  # that stay of a recorded session
    core_per_node: float = 4


@dataclass(frozen=True)
class Need:
    """What one load takes. Cores at the peak, bytes a day."""

    per_second: float
    peak_per_second: float
    balancer_cores: int
    nodes: int
    redis_masters: int
    workers: int
    shards: int
    postgres_cores: int
    wal_mb_s: float
    in_gbit_s: float
    inner_gbit_s: float
    log_written_tb_day: float
    database_gb_day: float
    recordings_gb_day: float
    cpu_hours_day: float


def need(factor: float, given: Measured) -> Need:
    """What `factor` times Hotjar's load takes."""
    average = factor * HOTJAR_PER_DAY / DAY_S
    peak = average * given.peak

    def cores(us: float) -> int:
        return ceil(peak * us / 1e6 / given.busy)

    workers = cores(given.worker_us)
    per_day = factor * HOTJAR_PER_DAY
    proxied_us = given.proxy_us if factor > 1 else 0.0
    whole_us = given.edge_us + given.redis_us + given.worker_us + given.postgres_us + proxied_us
    return Need(
        per_second=average,
        peak_per_second=peak,
        balancer_cores=cores(proxied_us),
        nodes=ceil(cores(given.edge_us) / given.core_per_node),
        redis_masters=cores(given.redis_us),
        workers=workers,
        shards=2 * workers,  # so that they can be shared evenly after a worker has gone
        postgres_cores=cores(given.postgres_us),
        wal_mb_s=peak * given.wal_bytes / 1e6,
        in_gbit_s=peak * given.in_bytes * 8 / 1e9,
        inner_gbit_s=peak * (2 * given.stream_bytes + given.wal_bytes) * 8 / 1e9,
        log_written_tb_day=per_day * given.stream_bytes / 1e12,
        database_gb_day=per_day * given.database_bytes / 1e9,
        recordings_gb_day=per_day / given.requests_per_session * given.recorded * given.recording_bytes / 1e9,
        cpu_hours_day=per_day * whole_us / 1e6 / 3600,
    )


ROWS = (
    ("requests a second, average", "per_second", ",.0f"),
    ("requests a second, peak", "peak_per_second", ",.0f"),
    ("balancer, cores", "balancer_cores", ",d"),
    ("nodes of {core_per_node:.0f} cores (nginx, Lua)", "nodes", ",d"),
    ("Redis masters, a core each", "redis_masters", ",d"),
    ("workers, a core each", "workers", ",d"),
    ("shards", "shards", ",d"),
    ("Postgres, cores", "postgres_cores", ",d"),
    ("Postgres' log at the peak, MB/s", "wal_mb_s", ",.0f"),
    ("network from browsers, Gbit/s", "in_gbit_s", ",.2f"),
    ("network between the machines, Gbit/s", "inner_gbit_s", ",.2f"),
    ("written to Redis' logs, TB a day", "log_written_tb_day", ",.1f"),
    ("stays in Postgres, GB a day", "database_gb_day", ",.0f"),
    ("stays in blobs, GB a day", "recordings_gb_day", ",.0f"),
    ("CPU-hours a day", "cpu_hours_day", ",.0f"),
)


def table(given: Measured) -> str:
    """The loads side by side, as Markdown."""
    needs = [need(factor, given) for factor in FACTORS]
    heads = " | ".join(f"{factor} \u00d7" for factor in FACTORS)
    lines = [f"| | {heads} |", "| --- |" + " ---: |" * len(FACTORS)]
    for title, name, form in ROWS:
        values = " | ".join(format(getattr(one, name), form) for one in needs)
        lines.append(f"| {title.format(core_per_node=given.core_per_node)} | {values} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="ops.capacity", description="What 1 to 1000 times Hotjar's load takes.")
    for one in fields(Measured):
        parser.add_argument(f"--{one.name}", type=float, default=one.default, metavar="N")
    print(table(Measured(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
