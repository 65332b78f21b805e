"""The tracker's size: bytes over the wire, gzip, as the running edge serves loader, tracker, signals and recorder."""

from __future__ import annotations

import argparse
import gzip
import http.client
import re
from urllib.parse import urlsplit

from bench.report import BenchError, Figures, Say
from bench.stack import Stack, own_stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def _served(stack: Stack, path: str, coding: str = "gzip") -> bytes:
    """The body of an answer as it comes over the wire. Raises BenchError unless it is there in this coding."""
    connection = http.client.HTTPConnection(urlsplit(stack.settings.public_url).netloc, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": coding})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    found = answer.headers.get("Content-Encoding", "identity")
    # nginx leaves short answers as they are.
    if answer.status != 200 or (found != coding and len(body) > 1_000):
        raise BenchError(f"GET {path} gives {answer.status}, {found}, {len(body)} bytes")
    return body


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def measure(asked: argparse.Namespace, say: Say) -> Figures:
    """`core_gzip` (loader and tracker), `total_gzip` (with signals and recorder)."""
    with own_stack() as stack:
        loader = _served(stack, f"/h/{stack.project['site_key']}.js")
        files = re.search(r"/t/[0-9a-f]{12}-\*\.js", _plain(loader).decode())
        if files is None:
            raise BenchError("the loader does not name the tracker's files")
        served = {"loader": loader}
        for number, name in enumerate(("tracker", "signals", "recorder"), 1):
            served[name] = _served(stack, files[0].replace("*", str(number)))
        for name, body in served.items():
            say(f"{name:<9} {len(body):>6} B gzip  {len(_plain(body)):>6} B plain")
        return {
            "core_gzip": len(served["loader"]) + len(served["tracker"]),
            "total_gzip": sum(map(len, served.values())),
            "plain_bytes": sum(len(_plain(body)) for body in served.values()),
        }
