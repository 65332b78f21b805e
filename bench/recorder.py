"""What the tracker costs a visitor's browser: a page of 10,000 nodes that keeps changing, with it and without.

The page changes some hundred of its nodes ten times a second while somebody moves the mouse, scrolls, clicks and types.
Both sides take turns, each in a browser context of its own. From a trace of the renderer's main thread:
`longest_task_ms` is the longest time that it was in the tracker's scripts at once, `main_share` the share of the whole
time that it was in them; layout that they force and garbage that they leave is in it as far as it falls due inside
them. `cpu_ratio` holds the main thread's tasks against those without the tracker.
"""

from __future__ import annotations

import argparse
import http.server
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from storage.first_project import ensure_first_project

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NODES = 10_000
ROWS, CELLS = 1_250, 6  # a row is eight nodes: itself, six cells, a text in one of them
PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Stock</title>
<style>td {{ padding: 2px 6px }} .up {{ color: green }} .down {{ color: red }}</style>{snippet}</head>
<body><h1>Stock</h1><input id=field><button id=press>Refresh</button><table><tbody></tbody></table><script>
  const body = document.querySelector('tbody');
  body.innerHTML = Array.from({{length: {rows}}}, (_, row) => `<tr>` + Array.from({{length: {cells}}},
    (_, cell) => cell ? `<td></td>` : `<td>Article ${{row}}</td>`).join('') + `</tr>`).join('');
  const rows = body.rows;
  let turn = 0;
  setInterval(() => {{
    for (let n = 0; n < 60; n++) {{
      const cell = rows[(turn * 61 + n * 7) % rows.length].cells[1 + n % 5];
      cell.textContent = (turn * n) % 1000;
      cell.className = n % 2 ? 'up' : 'down';
    }}
    for (let n = 0; n < 5; n++) {{
      const row = rows[rows.length - 1].cloneNode(true);
      row.cells[0].textContent = 'Article ' + turn + '/' + n;
      body.append(row);
      rows[(turn + n) % 100].remove();
    }}
    turn++;
  }}, 100);
  document.querySelector('#press').addEventListener('click', () => document.querySelector('h1').textContent += '.');
</script></body></html>"""
VITALS = """
  window.found = {lcp: 0, inp: 0};
  new PerformanceObserver((list) => { for (const one of list.getEntries()) found.lcp = one.startTime })
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.interactionId) found.inp = Math.max(found.inp, one.duration);
  }).observe({type: 'event', buffered: true, durationThreshold: 16});
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=20, help="length of each turn")
    parser.add_argument("--turns", type=int, default=3)


@dataclass(frozen=True)
class Turn:
    """One visit. Times of the main thread in ms."""

    longest_ms: float
    inside_ms: float
    whole_ms: float
    cpu_ms: float
    lcp_ms: float
    inp_ms: float
    sent: int  # bytes of the tracker's requests
    fetched: int  # and of its scripts


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`longest_task_ms`, `main_share`, and both sides' LCP, INP, CPU and bytes."""
    turns: dict[str, list[Turn]] = {"without": [], "with": []}
    with own_stack() as stack, _pages(stack) as addresses, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for turn in range(asked.turns):
            for side in sorted(turns, reverse=turn % 2 == 0):
                one = _visit(browser, addresses[side], stack, asked.seconds)
                turns[side].append(one)
                share = one.inside_ms / one.whole_ms
                say(
                    f"{side:>8}: longest {one.longest_ms:.1f} ms, {share:.2%} of the main thread, tasks"
                    f" {one.cpu_ms:.0f} ms, LCP {one.lcp_ms:.0f} ms, INP {one.inp_ms:.0f} ms, {one.sent:,} bytes sent"
                )
        browser.close()
    own, bare = turns["with"], turns["without"]
    if not all(one.inside_ms and one.sent for one in own):
        raise BenchError("the tracker was not seen at work: no time in its scripts, or nothing sent")
    return {
        "longest_task_ms": round(max(one.longest_ms for one in own), 1),
        "main_share": round(median(one.inside_ms / one.whole_ms for one in own), 4),
        "cpu_ratio": round(median(a.cpu_ms / b.cpu_ms for a, b in zip(own, bare, strict=True)), 3),
        "lcp_ms": round(median(one.lcp_ms for one in own)),
        "lcp_ms_without": round(median(one.lcp_ms for one in bare)),
        "inp_ms": round(median(one.inp_ms for one in own)),
        "inp_ms_without": round(median(one.inp_ms for one in bare)),
        "sent_bytes": round(median(one.sent for one in own)),
        "fetched_bytes": round(median(one.fetched for one in own)),
    }


@contextmanager
def _pages(stack: Stack) -> Iterator[dict[str, str]]:
    """Serves the page with the snippet and without; their addresses."""
    key = f"{random.getrandbits(64):016x}"
    texts: dict[str, str] = {}

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = texts.get(self.path, "")
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    origin = f"http://127.0.0.1:{server.server_port}"
    ensure_first_project(stack.settings.dsn("owner"), "Bench", "Recorder", origin, key, f"hw_{key}")
    snippet = f'<script async src="{stack.settings.public_url}/h/{key}.js"></script>'
    for path, tag in (("/without", ""), ("/with", snippet)):
        texts[path] = PAGE.format(snippet=tag, rows=ROWS, cells=CELLS)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {path.removeprefix("/"): origin + path for path in texts}
    server.shutdown()


def _visit(browser: Browser, address: str, stack: Stack, seconds: float) -> Turn:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(VITALS)
    page = context.new_page()
    ours = stack.settings.public_url
    sent: list[int] = []
    fetched: list[int] = []

    def keep(request: Request) -> None:
        if request.url.startswith(f"{ours}/c/"):
            sent.append(len(request.post_data_buffer or b""))

    def take(request: Request) -> None:
        if request.url.startswith(ours) and "/c/" not in request.url:
            fetched.append(request.sizes()["responseBodySize"])

    page.on("request", keep)
    page.on("requestfinished", take)
    browser.start_tracing(page=page, categories=["-*", "toplevel", "devtools.timeline", "v8.execute"])
    page.goto(address)
    found = page.evaluate("document.getElementsByTagName('*').length")
    if not 0.8 * NODES < found + ROWS < 1.2 * NODES:
        raise BenchError(f"the page has {found} elements")
    _act(page, seconds)
    vitals = page.evaluate("found")
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    spans = [_Span.of(one) for one in trace if one.get("ph") == "X" and one["name"] in _NAMES]
    main = _main_thread(trace, spans)
    inside = [one for one in spans if one.thread == main and one.url.startswith(ours)]
    # What the scripts call of themselves is inside what called it.
    outer = [
        one for one in inside if not any(o is not one and o.start <= one.start and one.end <= o.end for o in inside)
    ]
    tasks = [one for one in spans if one.thread == main and one.name in ("RunTask", "ThreadControllerImpl::RunTask")]
    return Turn(
        max((one.ms for one in outer), default=0.0),
        sum(one.ms for one in outer),
        max(one.end for one in tasks) / 1000 - min(one.start for one in tasks) / 1000,
        sum(one.ms for one in tasks),
        vitals["lcp"],
        vitals["inp"],
        sum(sent),
        sum(fetched),
    )


_NAMES = frozenset({"FunctionCall", "EvaluateScript", "RunTask", "ThreadControllerImpl::RunTask"})


@dataclass(frozen=True)
class _Span:
    """A stretch of a thread's time, in µs."""

    name: str
    thread: tuple[int, int]
    start: float
    end: float
    url: str

    @classmethod
    def of(cls, event: dict[str, Any]) -> _Span:
        data = event.get("args", {}).get("data") or {}
        start = event["ts"]
        return cls(event["name"], (event["pid"], event["tid"]), start, start + event.get("dur", 0), data.get("url", ""))

    @property
    def ms(self) -> float:
        return (self.end - self.start) / 1000


def _main_thread(trace: list[dict[str, Any]], spans: list[_Span]) -> tuple[int, int]:
    """The renderer's main thread that ran the page's scripts longest."""
    names = {(one["pid"], one["tid"]): one["args"]["name"] for one in trace if one["name"] == "thread_name"}
    ran: dict[tuple[int, int], float] = {}
    for one in spans:
        if one.name == "FunctionCall" and names.get(one.thread) == "CrRendererMain":
            ran[one.thread] = ran.get(one.thread, 0) + one.ms
    if not ran:
        raise BenchError("the trace has no renderer that ran scripts")
    return max(ran, key=lambda thread: ran[thread])


def _act(page: Page, seconds: float) -> None:
    """What a visitor does: moves, scrolls, clicks, types, always the same."""
    hand = random.Random(1)
    for step in range(int(seconds * 4)):
        page.mouse.move(hand.randrange(1_200), hand.randrange(700), steps=4)
        if step % 8 == 3:
            page.mouse.wheel(0, 300)
        if step % 8 == 5:
            page.mouse.wheel(0, -300)
        if step % 12 == 7:
            page.evaluate("scrollTo(0, 0)")
            page.click("#press")
            page.locator("#field").press_sequentially("boots")
        page.wait_for_timeout(200)
