"""The load: wrk with the visitors of visitors.lua."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec

from bench.report import BenchError

SCRIPT = Path(__file__).parent / "visitors.lua"
EVENTS = 8  # a request
CLICKS = 2  # a request
REQUESTS = 3  # a page view
ORIGIN = "http://bench.example"
# Hotjar's 6,076 requests a second, each visitor's tracker sending one every three to four seconds.
SESSIONS = 20_000
SITES = 200
PAGES = 2_000


class Load(msgspec.Struct, frozen=True):
    """What wrk saw. `requests`: answered; `issued`: sent, or about to be when wrk stopped."""

    requests: int
    issued: int
    seconds: float
    refused: int  # answers other than 2xx and 3xx
    broken: int  # connections that failed
    p50_ms: float
    p99_ms: float
    max_ms: float

    @property
    def rps(self) -> float:
        return self.requests / self.seconds

    @property
    def acknowledged(self) -> int:
        return self.requests - self.refused

    @property
    def unanswered(self) -> int:
        return self.issued - self.requests


def run(
    port: int,
    site_key: str,
    seed: int,
    seconds: float,
    origin: str = ORIGIN,
    rate: float = 0,
    connections: int = 64,
    sessions: int = SESSIONS,
    pages: int = PAGES,
    answers_s: int = 0,
) -> Load:
    """Send for `seconds` over `connections`, at `rate` requests a second or (0) as fast as they are answered.

    `site_key`: one, or several separated by commas; `sessions` at once, `pages` of all sites together.
    `answers_s`: how long answers are waited for when nothing more is sent; 0 leaves up to one a connection unanswered.

    Raises BenchError if wrk can't be run.
    """
    lasts = max(1, round(seconds))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{lasts + answers_s}s", "--timeout", "20s", "-s", str(SCRIPT)]
    command += [f"http://127.0.0.1:{port}/", "--", str(seed), site_key, f"127.0.0.1:{port}", origin]
    command += [str(sessions), str(rate), str(pages), str(lasts if answers_s else 0)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BenchError("wrk is not installed; bin/bench installs it as root.") from error
    try:
        seen = msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Load)
    except (IndexError, msgspec.MsgspecError) as error:
        raise BenchError(f"wrk failed: {done.stdout}{done.stderr}") from error
    return msgspec.structs.replace(seen, seconds=seen.seconds - answers_s)
