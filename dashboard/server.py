"""The dashboard's application: `gunicorn "dashboard.server:create_app()"`."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from typing import Any, cast

import dash
from flask import Flask, Response, g

from dashboard import api, error_answers, health, request_log
from dashboard.auth import forms, guard, page_rules, sign_in
from dashboard.auth.secret_key import secret_key
from dashboard.services import open_services
from dashboard.shell import document, palette
from dashboard.shell.first_project import lead_to_project
from dashboard.shell.layout import layout
from heatwake.logs import start_logs
from heatwake.settings import ROOT, Settings, load

# Dash starts by scripts within the page, so where scripts come from can't be said here.
POLICY = "frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
LARGEST_BODY = 1_048_576  # bytes; what people and programs send here is small


def _import_pages() -> None:
    """Every module of dashboard.pages registers itself through the guard."""
    package = importlib.import_module("dashboard.pages")
    for found in pkgutil.iter_modules(package.__path__, "dashboard.pages."):
        importlib.import_module(found.name)


def _load_pandas() -> None:
    """Have pandas whole before the first request, where it is installed.

    PyArrow imports it at its first conversion, and Plotly, drawing in another thread, looks at whatever of it is
    loaded by then: it failed on half a module.
    """
    with suppress(ModuleNotFoundError):
        importlib.import_module("pandas")


def _protect(answer: Response) -> Response:
    """What a browser must not do with any answer; and the status of an address that is no page."""
    if g.get("heatwake_unknown_page") and answer.status_code == 200:
        answer.status_code = 404
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    answer.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    return answer


def _set_up_dash(server: Flask) -> None:
    """Have Dash make its list of scripts and its router now instead of in the first request.

    It marks that as done before it is: a second request of another thread at that moment was told that a script does
    not exist, and the page it belonged to stayed empty.
    """
    with server.test_request_context("/healthz"):
        server.preprocess_request()


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Raises NoRule if a page, callback or route does not say who may use it."""
    settings = settings or load()
    start_logs("dashboard", settings.log_level)
    server = Flask("dashboard", static_folder=None)
    server.secret_key = secret_key(settings)
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    services = open_services(settings, server)
    request_log.attach(server)
    error_answers.attach(server)
    server.before_request(guard.gate)
    server.before_request(page_rules.admit_page)
    server.before_request(lead_to_project)
    server.after_request(_protect)
    forms.attach(server)
    server.register_blueprint(health.blueprint(services))
    server.register_blueprint(sign_in.blueprint())
    server.register_blueprint(palette.blueprint())
    api.attach(server)
    app = dash.Dash(
        "dashboard",
        server=cast(Any, server),
        title="Heatwake",
        update_title="",
        use_pages=True,
        index_string=document.DOCUMENT,
        assets_ignore=document.IGNORED_ASSETS,
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        suppress_callback_exceptions=True,
        add_log_handler=False,
        enable_mcp=False,
    )
    _load_pandas()
    _import_pages()
    page_rules.wrap_layouts()
    app.layout = layout
    server.extensions["heatwake.dash"] = app
    page_rules.check(app)
    _set_up_dash(server)
    return server
