"""A hostile recording executes nothing and fetches nothing, by each of its two guards alone."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from components_app import FRAME, ComponentsApp, Show, frame_text, wait_for, wait_for_state
from dash import html
from forged import Events, Forger
from hostile_corpus import CORPUS
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Request

from heatwake_components import HeatmapView, Player


@dataclass
class Evil:
    """A server elsewhere that notes what reaches it."""

    address: str
    hits: list[str] = field(default_factory=list)


@pytest.fixture
def evil() -> Iterator[Evil]:
    noted = Evil("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            noted.hits.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    noted.address = f"http://127.0.0.1:{server.server_port}"
    yield noted
    server.shutdown()


@pytest.fixture
def unharmed(app: ComponentsApp, page: Page, evil: Evil) -> Callable[[], None]:
    """Checks that nothing ran, nothing was fetched and the viewer is still where they were."""
    opened: list[str] = []
    asked: list[Request] = []  # by the browser, whatever came of it: also of names that nobody answers to
    page.context.on("request", lambda request: asked.append(request))
    page.context.on("page", lambda other: opened.append(other.url))
    page.on("dialog", lambda dialog: opened.append(dialog.message))

    def check() -> None:
        page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done, 300)))")
        assert page.evaluate("typeof window.pwned") == "undefined"
        looked_at = 0
        for frame in page.frames:
            try:
                assert frame.evaluate("typeof window.pwned") == "undefined"
            except PlaywrightError as error:
                # Played again, the page is built anew: in a frame that is gone there is nothing left to look at.
                if "detached" not in str(error):
                    raise
            else:
                looked_at += 1
        assert looked_at >= 2
        assert evil.hits == []
        inside = (app.address, "data:", "blob:", "about:")
        # What the frame's policy stops is told as a request, too, and as one that failed.
        assert [one.url for one in asked if not one.url.startswith(inside) and left_the_browser(one)] == []
        own = ("/_dash", "/answers/", "/_favicon", "/assets/", "/?", "/recorded/", "/record.js")
        assert [path for path in app.requests if path != "/" and not path.startswith(own)] == []
        assert opened == []
        assert page.url.rstrip("/") == app.address

    return check


def left_the_browser(request: Request) -> bool:
    """Whether it was sent, or would have been if there were such a server."""
    return request.failure is None or any(word in request.failure for word in ("NAME", "CONNECTION", "ADDRESS"))


def dumped(events: Events) -> str:
    """The answer with these events, however deep they are."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return json.dumps({"events": events})
    finally:
        sys.setrecursionlimit(usual)


PROVOKE = """(page) => {
  const visit = (doc) => {
    const click = () => new MouseEvent('click', { bubbles: true, cancelable: true });
    doc.querySelectorAll('a').forEach((link) => link.dispatchEvent(click()));
    doc.querySelectorAll('form').forEach((form) => form.submit());
    doc.querySelectorAll('img, video, body, svg, input').forEach((e) => e.dispatchEvent(new Event('error')));
    doc.querySelectorAll('iframe').forEach((frame) => frame.contentDocument && visit(frame.contentDocument));
  };
  visit(page);
}"""


def provoke(page: Page) -> None:
    """Does in the replayed page what a viewer can't: clicks links, submits forms, lets pictures fail."""
    page.evaluate(f"({PROVOKE})(document.querySelector('{FRAME}').contentDocument)")


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_recording_runs_fetches_and_stops_nothing(
    app: ComponentsApp, show: Show, evil: Evil, unharmed: Callable[[], None], name: str
) -> None:
    app.answers["forged"] = dumped(CORPUS[name](Forger(evil.address)))
    player = Player(id="player", eventsUrl=app.url("forged"), skipInactive=False)
    page = show(html.Div([player, html.Button("Poke", id="poke")]))
    page.evaluate("poke.onclick = () => { poke.textContent = `Poked ${++window.pokes}`; }; window.pokes = 0")
    wait_for_state(page, "ready")
    assert "Forged" in frame_text(page)
    assert page.locator(FRAME).get_attribute("sandbox") == "allow-same-origin"
    provoke(page)
    page.click(".hw-big-play")
    wait_for(page, "o.state === 'playing' || o.state === 'ended'")
    page.click("#poke")  # the page around it goes on answering
    page.wait_for_function("window.pokes === 1")
    wait_for(page, "o.positionMs > 500 || o.state === 'ended'")
    provoke(page)
    assert wait_for_state(page, "ended")["errorText"] == ""
    provoke(page)
    page.click("#poke")
    page.wait_for_function("window.pokes === 2")
    page.click(".hw-stage")
    assert page.locator(FRAME).get_attribute("sandbox") == "allow-same-origin"
    assert page.evaluate("({}).polluted") is None
    unharmed()


def test_hostile_snapshot_under_a_heatmap_runs_and_fetches_nothing(
    app: ComponentsApp, show: Show, evil: Evil, unharmed: Callable[[], None]
) -> None:
    event = Forger(evil.address).events()[1]
    app.answers["forged"] = {"event": event, "width": 800, "height": 600}
    page = show(HeatmapView(id="heatmap", snapshotUrl=app.url("forged"), points=[["#js-link", 1, 1, 3]]))
    wait_for_state(page, "ready")
    provoke(page)
    unharmed()


def test_frame_alone_holds_what_cleaning_would_let_through(
    app: ComponentsApp, show: Show, evil: Evil, unharmed: Callable[[], None]
) -> None:
    app.answers["harmless"] = {"events": Forger(evil.address).events()[:2]}
    page = show(Player(id="player", eventsUrl=app.url("harmless")))
    wait_for_state(page, "ready")  # the engine is loaded
    forger = Forger(evil.address)
    # Without sound and film: rrweb throws where one can't be played.
    events = json.dumps(forger.events()).replace("rr_mediaState", "rr_media").replace("autoplay", "x-autoplay")
    page.evaluate(
        """(events) => new Promise((done) => {
          const root = document.createElement('div');
          root.className = 'hw-stage-frame';
          document.querySelector('.hw-player').remove();
          document.body.append(root);
          const handlers = { onSize() {}, onFinish: done, onFault() {} };
          const options = { policy: { assets: '' }, trail: '' };
          const stage = window.heatwakeReplayEngine.openStage(root, events, 2, handlers, options);
          window.rawText = stage.frame.contentDocument.body.textContent;
          window.rawHandlers = stage.frame.contentDocument.querySelectorAll('[onerror]').length;
          stage.play(2);
        })""",
        json.loads(events),
    )
    assert "Forged" in page.evaluate("rawText")
    assert page.evaluate("rawHandlers") > 0  # nothing has been cleaned here
    provoke(page)
    unharmed()
