"""Which addresses the fetcher of assets asks, and what it takes: real sockets, a server of the test's own."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from collector.assets import request
from collector.assets.kinds import kind_of
from collector.assets.public import NotPublic, is_public, server
from collector.assets.request import Gate, TooLarge, Unreachable, WrongType, get
from collector.assets.stylesheets import rewritten

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class Site:
    """A server on this machine; `asked`: the paths that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.port = 0

    @property
    def gate(self) -> Gate:
        """Opens this server, and no other of this machine."""
        return Gate(private_origins=[f"http://127.0.0.1:{self.port}"], within_s=2.0)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, headers, body = made.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    listening.daemon_threads = True
    made.port = listening.server_port
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield made
    listening.shutdown()
    listening.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "ff0e::1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)
    for url in ("http://shop.example/a.png", "https://shop.example/a.png"):
        with pytest.raises(NotPublic):
            server(url, resolve=lambda host, port: [address])
        with pytest.raises(NotPublic):  # also beside a public one
            server(url, resolve=lambda host, port: ["93.184.215.14", address])


def test_public_addresses_are_taken() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:4700::1111")
    assert is_public("::ffff:93.184.215.14")
    where = server("https://shop.example/a.png?b#c", resolve=lambda host, port: ["93.184.215.14"])
    assert (where.host, where.port, where.address, where.path) == ("shop.example", 443, "93.184.215.14", "/a.png?b")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example/a", "file:///etc/passwd", "gopher://shop.example/", "http://user@shop.example/", "http:///a",
        "http://shop.example:22/",
        "http://shop.example:6379/", "http://[::1", "http://shop.example:99999/", "http://" + "a" * 80 + ".example/",
    ],
)  # fmt: skip
def test_other_schemes_ports_and_forms_are_refused(url: str) -> None:
    with pytest.raises(NotPublic):
        server(url, resolve=lambda host, port: ["93.184.215.14"])


def test_port_of_the_project_s_own_site_is_taken_and_its_private_address_is_not() -> None:
    def public(host: str, port: int) -> list[str]:
        return ["93.184.215.14"]

    assert server("http://shop.example:8080/a", ["http://shop.example:8080"], resolve=public).port == 8080
    with pytest.raises(NotPublic):
        server("http://other.example:8080/a", ["http://shop.example:8080"], resolve=public)
    with pytest.raises(NotPublic):
        server("http://shop.example:8080/a", ["http://shop.example:8080"], resolve=lambda host, port: ["10.0.0.1"])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_this_machine_is_not_asked_however_it_is_spelled(site: Site, host: str) -> None:
    site.pages["/a.png"] = (200, {"Content-Type": "image/png"}, PNG)
    with pytest.raises((NotPublic, Unreachable)):
        get(f"http://{host}:{site.port}/a.png", Gate([f"http://{host}:{site.port}"]))
    assert site.asked == []


def test_redirect_to_a_private_address_is_not_followed(site: Site) -> None:
    site.pages["/there"] = (302, {"Location": f"http://localhost:{site.port}/secret"}, b"")
    site.pages["/secret"] = (200, {"Content-Type": "image/png"}, PNG)
    with pytest.raises(NotPublic):
        get(site.url("/there"), site.gate)
    assert site.asked == ["/there"]


def test_redirects_come_to_an_end(site: Site) -> None:
    site.pages["/round"] = (302, {"Location": "/round"}, b"")
    with pytest.raises(Unreachable, match="redirects"):
        get(site.url("/round"), site.gate)


def test_name_is_looked_up_once_and_what_was_checked_is_connected_to(site: Site) -> None:
    site.pages["/a.png"] = (200, {"Content-Type": "image/png"}, PNG)
    told = iter([["127.0.0.1"], ["127.0.0.2"]])
    gate = Gate(private_origins=[f"http://shop.example:{site.port}"], resolve=lambda host, port: next(told))
    assert get(f"http://shop.example:{site.port}/a.png", gate).data == PNG
    assert next(told) == ["127.0.0.2"]


def test_unchanged_file_is_not_sent_again(site: Site) -> None:
    site.pages["/a.png"] = (200, {"Content-Type": "image/png", "ETag": '"1"'}, PNG)
    first = get(site.url("/a.png"), site.gate)
    assert first.data == PNG
    assert get(site.url("/a.png"), site.gate, first.etag).data is None


def test_too_much_and_too_slow_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/large"] = (200, {"Content-Type": "image/png"}, PNG + bytes(5_000))
    with pytest.raises(TooLarge):
        get(site.url("/large"), site.gate._replace(most_bytes=1_000))
    bomb = gzip.compress(bytes(1_000_000))
    site.pages["/bomb"] = (200, {"Content-Type": "image/png", "Content-Encoding": "gzip"}, bomb)
    with pytest.raises(TooLarge):
        get(site.url("/bomb"), site.gate._replace(most_bytes=10_000))
    site.pages["/cut"] = (200, {"Content-Type": "image/png", "Content-Length": "9000"}, PNG)
    with pytest.raises(Unreachable):
        get(site.url("/cut"), site.gate)
    assert request.MOST_BYTES <= 8_388_608


def test_pages_and_films_are_not_taken(site: Site) -> None:
    for kind in ("text/html; charset=utf-8", "video/mp4", "audio/mpeg"):
        site.pages["/a"] = (200, {"Content-Type": kind}, PNG)
        with pytest.raises(WrongType):
            get(site.url("/a"), site.gate)


@pytest.mark.parametrize(
    ("data", "told", "kind"),
    [
        (PNG, "text/plain", "png"),
        (b"wOF2....", "", "woff2"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", "webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image/svg+xml", "svg"),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg></svg>", "text/xml", "svg"),
        (b"a { color: red }", "text/css; charset=utf-8", "css"),
        (b"a { color: red }", "text/plain", None),
        (b"<html><svg></svg></html>", "image/svg+xml", None),
        (b"<html>", "text/css", None),
        (b'{"secret": 1}', "application/json", None),
        (b"", "image/png", None),
    ],
)
def test_file_is_what_its_first_bytes_say(data: bytes, told: str, kind: str | None) -> None:
    assert kind_of(data, told) == kind


def test_stylesheet_names_only_what_is_stored() -> None:
    stored = {
        "https://a.example/css/x.png": "aa.png",
        "https://a.example/f.woff2": "bb.woff2",
        "https://a.example/css/i.css": "cc.css",
    }
    css = """@import 'i.css' screen; a{background:url(x.png)} b{background:url( "https://evil.example/y.png" )}
      @font-face{src:url('../f.woff2#iefix')} c{mask:url(#m)} d{background:url(data:image/png;base64,AA)}"""
    told = rewritten(css, "https://a.example/css/a.css", stored.get)
    assert '@import url("cc.css") screen' in told
    assert 'url("aa.png")' in told
    assert 'url("bb.woff2#iefix")' in told
    assert 'url("#m")' in told
    assert 'url("data:image/png;base64,AA")' in told
    assert "evil" not in told
