"""A small real Dash app with our components, pages to record, and the real recorder."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from components_app import ComponentsApp, Events, Record, Show
from dash import Dash, Input, Output, html
from flask import Response, request
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parents[3]
PAGES = Path(__file__).parent / "pages"
PLAYER_OUTPUTS = ["state", "errorText", "positionMs", "durationMs"]
HEATMAP_OUTPUTS = ["state", "errorText", "placed", "unplaced", "pageHeight", "clicked"]


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The real recorder as a script that sets `window.record`."""
    built = tmp_path_factory.mktemp("recorder") / "record.js"
    source = 'export { record } from "@rrweb/record";'
    command = ["node_modules/.bin/esbuild", "--bundle", "--format=iife", "--global-name=recorder", f"--outfile={built}"]
    subprocess.run([*command, "--log-level=error"], cwd=ROOT / "components", input=source.encode(), check=True)
    return built.read_text()


@pytest.fixture(scope="module")
def app(recorder: str) -> Iterator[ComponentsApp]:
    """The Dash app on a free port; `app.component` is what its page shows."""
    state = ComponentsApp()
    dash = Dash(__name__, compress=False)

    @dash.server.before_request
    def note() -> None:
        state.requests.append(request.full_path.rstrip("?"))

    @dash.server.get("/answers/<name>")
    def answer(name: str) -> Response:
        if name not in state.answers:
            return Response("{}", 404, {"X-Request-Id": "00c0ffee00c0ffee"})
        value = state.answers[name]
        return Response(value if isinstance(value, str) else json.dumps(value), mimetype="application/json")

    @dash.server.get("/recorded/<name>")
    def page(name: str) -> Response:
        return Response((PAGES / name).read_text(), mimetype="text/html")

    @dash.server.get("/record.js")
    def script() -> Response:
        return Response(recorder, mimetype="text/javascript")

    dash.layout = lambda: html.Main(
        [state.component, html.Pre(id="outputs", style={"whiteSpace": "pre-wrap", "overflowWrap": "anywhere"})]
    )
    dash.config.suppress_callback_exceptions = True
    for name, outputs in (("player", PLAYER_OUTPUTS), ("heatmap", HEATMAP_OUTPUTS)):
        dash.callback(
            Output("outputs", "children", allow_duplicate=True),
            *[Input(name, output) for output in outputs],
            prevent_initial_call=True,
        )(lambda *values, names=tuple(outputs): json.dumps(dict(zip(names, values, strict=True))))
    server = make_server("127.0.0.1", 0, dash.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{server.port}"
    yield state
    server.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser page; the test fails when a script of it threw."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    context.close()
    assert not thrown


@pytest.fixture
def show(app: ComponentsApp, page: Page) -> Show:
    """Opens the app with a component on it."""

    def opened(component: Any) -> Page:
        app.component = component
        page.goto(app.address)
        page.wait_for_selector(".hw-player, .hw-heatmap")
        return page

    return opened


@pytest.fixture
def record(browser: Browser, app: ComponentsApp) -> Iterator[Record]:
    """Opens a page of `pages/` in a browser, records it while `visit(page)` acts on it, and answers the events."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})

    def recorded(name: str, visit: Callable[[Page], None], width: int = 1280, height: int = 720) -> Events:
        opened = context.new_page()
        opened.set_viewport_size({"width": width, "height": height})
        opened.goto(f"{app.address}/recorded/{name}")
        opened.add_script_tag(url="/record.js")
        opened.evaluate(
            "window.events = []; recorder.record({emit: (e) => events.push(e), recordCanvas: true, inlineImages: true,"
            " sampling: {canvas: 4}, dataURLOptions: {type: 'image/webp', quality: 0.6}}); 0"
        )
        opened.wait_for_function("events.some((e) => e.type === 2)")
        visit(opened)
        events: Events = opened.evaluate("events")
        opened.close()
        return events

    yield recorded
    context.close()
