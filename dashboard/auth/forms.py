"""Forms that only our own pages can send: a signed token in the form, bound to a cookie of the same browser."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, g, request

from dashboard.auth import cookies

SECONDS: Final = 12 * 3600


def csrf_token() -> str:
    """The value of a form's hidden field `csrf`; the cookie that it is bound to goes out with this request's answer."""
    seed = request.cookies.get(cookies.name("form")) or g.get("heatwake_form") or secrets.token_urlsafe(18)
    g.heatwake_form = seed
    return cookies.signed("form", seed)


def is_ours() -> bool:
    """Whether this request's form came from a page of ours in this browser."""
    seed = request.cookies.get(cookies.name("form"))
    return bool(seed) and cookies.opened("form", request.form.get("csrf", ""), SECONDS) == seed


def attach(app: Flask) -> None:
    """Send the cookie of a token that a request has asked for."""

    @app.after_request
    def send(answer: Response) -> Response:
        seed = g.get("heatwake_form")
        if seed:
            cookies.give(answer, "form", seed, SECONDS)
        return answer
