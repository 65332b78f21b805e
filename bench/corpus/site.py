"""Serves the corpus' pages from one origin, each package below its name, with a site's snippet in every page."""

from __future__ import annotations

import http.server
import mimetypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bench.corpus import packages

_ELSEWHERE: Final = re.compile(rb'(<(?:link|script|img)\b[^>]*?\s(?:src|href)=")(?:https?:)?//[^"]*"', re.IGNORECASE)

_DRAWN_ELSEWHERE: Final = re.compile(rb"""url\(["']?(?:https?:)?//[^)]*\)""")


class CorpusSite:
    """`origin`: where it listens; `snippet`: what stands in each page's head; `off`: answers nothing but 503.

    What pages want from other origins they want from here, where it is not: they look the same without a network.
    """

    def __init__(self, kept: Path) -> None:
        self.origin = ""
        self.snippet = ""
        self.off = False
        self.own: dict[str, bytes] = {}  # pages and files of the caller's own, by path
        self._kept = kept

    def file(self, path: str) -> Path | None:
        """The file at a path of the site; None if there is none."""
        package, _, below = unquote(urlsplit(path).path).lstrip("/").partition("/")
        if package not in packages.NAMED:
            return None
        root = packages.folder(self._kept, package).resolve()
        found = (root / below).resolve()
        return found if found.is_file() and found.is_relative_to(root) else None

    def body(self, found: Path) -> bytes:
        """What is sent for a file."""
        own = self.own.get(str(found))
        data = found.read_bytes() if own is None else own
        if found.suffix == ".css" and own is None:
            return _DRAWN_ELSEWHERE.sub(b"url(/elsewhere)", data)
        if found.suffix != ".html":
            return data
        if own is None:
            data = _ELSEWHERE.sub(rb'\1/elsewhere"', data)
        at = data.lower().find(b"</head>")
        return data[:at] + self.snippet.encode() + data[at:] if at >= 0 else data


@contextmanager
def serving(kept: Path) -> Iterator[CorpusSite]:
    """The site until the end of the block; packages are fetched into `kept` when they are asked for first."""
    site = CorpusSite(kept)

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = urlsplit(self.path).path
            found = None if site.off else Path(name) if name in site.own else site.file(self.path)
            data = site.body(found) if found else b""
            self.send_response(503 if site.off else 200 if found else 404)
            self.send_header("Content-Type", mimetypes.guess_type(str(found or ""))[0] or "application/octet-stream")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    site.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
