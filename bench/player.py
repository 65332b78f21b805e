"""The player: how long a viewer waits for the first picture of a 30-minute recording, at its beginning and later.

A visit of six page views is sent through the door, a chunk every ten seconds, each with mouse movement and changes of a
page of 2,000 nodes. Then a real Chromium opens its page. `first_frame_ms` is from the player's first request to the
recorded page standing on its stage; `whole_ms` until all of the recording is there.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import secrets
import time
import uuid
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from bench.recorder import CHROMIUM, FLAGS
from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack
from ops.demo_project import ACCOUNT
from storage.first_project import ensure_first_project

ORIGIN = "https://long.example"
CHUNK_MS = 10_000
NODES = 2_000
# From the first request for the recording until the recorded page has its heading; both as the browser's clock has it.
FIRST = """() => new Promise((done) => {
  const look = () => {
    const frame = document.querySelector('.hw-stage-frame iframe');
    const asked = performance.getEntriesByType('resource').find((one) => one.name.includes('/pieces'));
    if (asked && frame?.contentDocument?.querySelector('h1')) done(performance.now() - asked.startTime);
    else requestAnimationFrame(look);
  };
  look();
})"""
WHOLE = """() => {
  const asked = performance.getEntriesByType('resource').filter((one) => one.name.includes('/pieces'));
  const all = document.querySelector('.hw-player[data-hw-complete]');
  return all && asked.length ? performance.now() - asked[0].startTime : 0;
}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--turns", type=int, default=5)


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`first_frame_ms` and `middle_frame_ms`, medians; `whole_ms`; bytes of the recording as JSON."""
    with own_stack() as stack, sync_playwright() as playwright:
        project, api_key, session, raw = _visit(stack, asked.minutes)
        _wait(stack, project, api_key, session, asked.minutes)
        say(f"{asked.minutes} minutes of recording, {raw / 1e6:.1f} MB of JSON")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        path = f"{stack.settings.public_url}/recordings/{session}?p={project}"
        turns: dict[str, list[tuple[float, float]]] = {"first": [], "middle": []}
        for _ in range(asked.turns):
            for name, query in (("first", ""), ("middle", f"&t={asked.minutes // 2}:30")):
                frame, whole = _open(browser, stack, path + query)
                turns[name].append((frame, whole))
                say(f"{name:>7}: first picture after {frame:.0f} ms, all of it after {whole:.0f} ms")
        browser.close()
    return {
        "first_frame_ms": round(median(frame for frame, _ in turns["first"])),
        "middle_frame_ms": round(median(frame for frame, _ in turns["middle"])),
        "whole_ms": round(median(whole for _, whole in turns["first"])),
        "raw_bytes": raw,
    }


def _open(browser: Browser, stack: Stack, address: str) -> tuple[float, float]:
    """(ms to the first picture, ms to all of the recording) of one visit to the page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{stack.settings.public_url}/sign-in")
    page.fill("input[name=email]", stack.project["email"])
    page.fill("input[name=password]", stack.project["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_selector(".hw-page")
    page.goto(address)
    frame = float(page.evaluate(FIRST))
    whole = float(page.wait_for_function(WHOLE).json_value())
    context.close()
    return frame, whole


def _visit(stack: Stack, minutes: int) -> tuple[int, str, str, int]:
    """Send the visit; (project, its API key, session, bytes of its events as JSON)."""
    key, api_key = f"{random.getrandbits(64):016x}", f"hw_{secrets.token_hex(20)}"
    project = ensure_first_project(stack.settings.dsn("owner"), ACCOUNT, f"Player {key}", ORIGIN, key, api_key)
    session, visitor = uuid.uuid4(), secrets.token_hex(16)
    connection = http.client.HTTPConnection(urlsplit(stack.settings.public_url).netloc, timeout=60)
    hand = random.Random(1)
    begun = int(time.time() * 1000) - minutes * 60_000 - 10_000
    views = 6
    per_view = minutes * 60_000 // views
    raw = 0
    for view in range(views):
        page_view = secrets.token_hex(6)
        at = begun + view * per_view

        def send(channel: str, number: int, body: bytes, page_view: str = page_view) -> None:
            now = int(time.time() * 1000)
            query = f"v=1&k={key}&s={session.hex}&p={page_view}&n={number}&u={visitor}&t={now}"
            for _ in range(100):
                connection.request("POST", f"/c/{channel}?{query}", body, {"Origin": ORIGIN, "User-Agent": "Bench/1"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 204:
                    return
                if answer.status != 429:
                    raise BenchError(f"the door answered {answer.status} to /c/{channel}")
                time.sleep(0.5)
            raise BenchError("the door takes no more of the visit")

        page = {"k": "page", "t": at, "url": f"{ORIGIN}/{view}", "nav": "load", "vw": 1280, "vh": 800, "dh": 9000}
        send("e", 0, json.dumps({"e": [page]}).encode())
        for number, start in enumerate(range(0, per_view, CHUNK_MS)):
            events = _opening(view, at) if not number else []
            body = json.dumps(events + _doing(hand, at + start)).encode()
            raw += len(body)
            send("r", number, gzip.compress(body))
    connection.close()
    return project, api_key, str(session), raw


def _opening(view: int, at: int) -> list[dict[str, Any]]:
    """A page of many nodes: its size and its picture."""
    rows = [
        {"type": 2, "id": 100 + 2 * row, "tagName": "p", "attributes": {"class": f"row row-{row % 7}"},
         "childNodes": [{"type": 3, "id": 101 + 2 * row, "textContent": f"Article {row} of the list, in stock"}]}
        for row in range(NODES // 2)
    ]  # fmt: skip
    words = {"type": 3, "id": 6, "textContent": f"Page {view}"}
    heading = {"type": 2, "id": 5, "tagName": "h1", "attributes": {}, "childNodes": [words]}
    body = {"type": 2, "id": 4, "tagName": "body", "attributes": {}, "childNodes": [heading, *rows]}
    html = {"type": 2, "id": 3, "tagName": "html", "attributes": {}, "childNodes": [body]}
    picture = {"node": {"type": 0, "id": 1, "childNodes": [html]}, "initialOffset": {"left": 0, "top": 0}}
    size = {"href": f"{ORIGIN}/{view}", "width": 1280, "height": 800}
    return [{"type": 4, "timestamp": at, "data": size}, {"type": 2, "timestamp": at + 1, "data": picture}]


def _row(hand: random.Random) -> int:
    """The id of one of the page's rows; its text has the next."""
    return 100 + 2 * hand.randrange(NODES // 2)


def _doing(hand: random.Random, at: int) -> list[dict[str, Any]]:
    """Ten seconds: the mouse moves all the time, the page changes ten times, sometimes a click or a scroll."""
    events: list[dict[str, Any]] = []
    for half in range(2, 20):
        now = at + half * (CHUNK_MS // 20)
        positions = [
            {"x": hand.randrange(1280), "y": hand.randrange(800), "id": _row(hand), "timeOffset": -20 * step}
            for step in range(20, 0, -1)
        ]  # fmt: skip
        events.append({"type": 3, "timestamp": now, "data": {"source": 1, "positions": positions}})
        if half % 2:
            texts = [{"id": _row(hand) + 1, "value": f"{hand.randrange(10**9)} left"} for _ in range(30)]
            change = {"source": 0, "adds": [], "removes": [], "attributes": [], "texts": texts}
            events.append({"type": 3, "timestamp": now + 5, "data": change})
    clicked = {"source": 2, "type": 2, "id": 100, "x": hand.randrange(1280), "y": hand.randrange(800)}
    events.append({"type": 3, "timestamp": at + CHUNK_MS - 400, "data": clicked})
    events.append(
        {
            "type": 3,
            "timestamp": at + CHUNK_MS - 300,
            "data": {"source": 3, "id": 1, "x": 0, "y": hand.randrange(5_000)},
        }
    )
    return events


def _wait(stack: Stack, project: int, api_key: str, session: str, minutes: int) -> None:
    """Until the worker has taken in all of it."""
    address = f"/api/v1/projects/{project}/recordings/{session}"
    connection = http.client.HTTPConnection(urlsplit(stack.settings.public_url).netloc, timeout=60)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        connection.request("GET", address, headers={"Authorization": f"Bearer {api_key}"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status == 200 and told["chunks"] >= minutes * 60_000 // CHUNK_MS:
            connection.close()
            return
        time.sleep(0.3)
    raise BenchError("the recording was not taken in")
