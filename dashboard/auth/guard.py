"""The guard: every page, callback, route and query asks it, and nothing else decides who may see what.

Pages, callbacks and routes are registered through it with what they need; `access` and its sisters, from `rights`,
make the Access that each query takes. What has no rule is not served (`gate`), and `create_app` does not start with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import dash
from flask import Blueprint, Flask, request

from dashboard.auth.access import NEEDS, Needs
from dashboard.auth.rights import access, account, admit, any_recording, key_project, recording, shared, someone, user
from dashboard.errors import Forbidden
from dashboard.services import current

__all__ = ["access", "account", "callback", "gate", "page", "recording", "route", "shared", "user"]

View = Callable[..., Any]

ROUTES: Final[dict[str, Needs]] = {}  # endpoint → what it needs
PAGES: Final[dict[str, Needs]] = {}  # page's module → what it needs
NEAR: Final = ("same-origin", "none")  # values of Sec-Fetch-Site: our own page, or the person's own doing
RULE: Final = "heatwake_needs"  # the attribute by which a callback carries its rule

# Dash's own: files that hold no data, the frame of the page, and the callbacks, which have a rule each.
DASH_ROUTES: Final[tuple[str, ...]] = (
    "_dash_assets.static",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
    "/_reload-hash",
    "/_favicon.ico",
    "/",
    "/<path:path>",
)
# Dash's router calls the page's layout, which `page` has wrapped.
DASH_CALLBACKS: Final = ("_pages_content",)


def route(where: Flask | Blueprint, rule: str, *, needs: Needs, **options: Any) -> Callable[[View], View]:
    """Register a Flask view. With `project_id` in the address (and `session_id` where the need is `recording`) the
    view gets the `access` instead of the project's id; with `token` where the need is `link`, `access` and `start_ms`.
    """
    assert needs in NEEDS

    def register(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if needs == "link":
                values["access"], values["start_ms"] = shared(values.pop("token"))
            elif "session_id" in values and needs == "recording":
                values["access"] = recording(values.pop("project_id"), values["session_id"])
            elif "project_id" in values and needs == "recording":
                values["access"] = any_recording(values.pop("project_id"))
            elif "project_id" in values:
                values["access"] = access(values.pop("project_id"), needs)
            elif needs in ("read", "write", "admin"):
                # No project in the address: it is the key's own.
                values["access"] = access(key_project(), needs)
            elif needs == "operate":
                values["access"] = access(0, "operate")
            elif needs != "public":
                someone()
            return view(**values)

        name = options.pop("endpoint", view.__name__)
        ROUTES[f"{where.name}.{name}" if isinstance(where, Blueprint) else name] = needs
        where.add_url_rule(rule, endpoint=name, view_func=guarded, **options)
        return view

    return register


def callback(*dependencies: Any, needs: Needs, **options: Any) -> Callable[[View], View]:
    """`dash.callback` for those who may in the project that the address (`url.search`) names, where it is asked for.

    The function itself asks `access` for what it reads.
    """
    assert needs in NEEDS

    def register(function: View) -> View:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if needs not in ("public", "link"):
                admit(needs, _address())
            return function(*args, **kwargs)

        setattr(guarded, RULE, needs)
        dash.callback(*dependencies, **options)(guarded)
        return function

    return register


def _address() -> dict[str, str]:
    """The parameters of the address that a callback was called from, if it asks for `url.search`."""
    search = {**dash.ctx.inputs, **dash.ctx.states}.get("url.search")
    return dict(reversed(parse_qsl(search.lstrip("?")))) if isinstance(search, str) else {}


def page(module: str, *, needs: Needs, **arguments: Any) -> None:
    """`dash.register_page` for those who may; `create_app` wraps the module's `layout` with the rule."""
    assert needs in NEEDS
    PAGES[module] = needs
    cast(Any, dash.register_page)(module, **arguments)


def gate() -> None:
    """Before each request: refuse what has no rule, and what a page of another origin makes a browser send."""
    if request.endpoint is not None and request.endpoint not in ROUTES and request.endpoint not in DASH_ROUTES:
        raise Forbidden(f"{request.endpoint} has no rule of who may use it.")
    if request.method in ("GET", "HEAD", "OPTIONS") or "Authorization" in request.headers:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # A browser that does not say how near its page is says at least where it came from.
    ours = (request.host, current().settings.public_url.split("://", 1)[-1])
    foreign = origin is not None and origin.split("://", 1)[-1] not in ours if site is None else site not in NEAR
    if foreign:
        raise Forbidden("The request came from a page of another origin.", "foreign_origin")
