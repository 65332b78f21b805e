"""Signing in and out: `POST /auth/sign-in` and `/auth/sign-out`; the form itself is dashboard/pages/sign_in.py."""

from __future__ import annotations

import logging
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.auth import attempts, cookies, forms, guard
from dashboard.auth.asker import asker
from dashboard.auth.passwords import verify
from dashboard.errors import Problem
from dashboard.request_log import request_id
from dashboard.services import current
from heatwake.logs import event
from storage import users

log = logging.getLogger(__name__)
# What the page says for each value of its `error` parameter is the page's; these are the values.
ERRORS = {"foreign_origin": "expired", "wrong_sign_in": "wrong", "too_many_attempts": "wait"}


def safe_next(address: str | None) -> str:
    """A path of this site to go on to; `/` for anything that could lead elsewhere."""
    address = address or "/"
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else None
    if parts is None or parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//"):
        return "/"
    return "/" if parts.path.startswith(("/sign-in", "/auth/")) else address


def blueprint() -> Blueprint:
    """The routes."""
    routes = Blueprint("auth", __name__)

    @guard.route(routes, "/auth/form", needs="public")
    def form() -> Response:
        """A form's token, for scripts."""
        answer = jsonify({"csrf": forms.csrf_token()})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @guard.route(routes, "/auth/sign-in", needs="public", methods=["POST"])
    def sign_in() -> AnyResponse:
        email, following = request.form.get("email", "")[:300], safe_next(request.form.get("next"))
        try:
            if not forms.is_ours():
                raise Problem("foreign_origin", "The form was too old; load the page again.")
            attempts.note(current().cache, email)
            user = _right(email, request.form.get("password", ""))
        except Problem as problem:
            event(log, logging.INFO, "sign-in refused", request_id=request_id(), code=problem.code)
            if "text/html" not in request.headers.get("Accept", ""):
                raise
            query = {"error": ERRORS[problem.code]} | ({"next": following} if following != "/" else {})
            return redirect(f"/sign-in?{urlencode(query)}", 303)
        answer = redirect(following, 303)
        cookies.sign_in(answer, user.user_id, user.sign_in_epoch)
        return answer

    @guard.route(routes, "/auth/sign-out", needs="public", methods=["POST"])
    def sign_out() -> AnyResponse:
        """Ends this sign-in; with `everywhere` all of the user's."""
        user = asker().user
        if user and request.form.get("everywhere"):
            with current().database.transaction() as connection:
                users.end_sign_ins(connection, user.user_id)
        answer = redirect("/sign-in", 303)
        cookies.take(answer, "sign_in")
        return answer

    return routes


def _right(email: str, password: str) -> users.User:
    """The user, if address and password belong together; takes as long if there is no such address."""
    with current().database.transaction() as connection:
        kept = users.password_hash(connection, email)
    if not verify(password, kept[1] if kept else None) or kept is None:
        raise Problem("wrong_sign_in")
    attempts.forgive(current().cache, email)
    with current().database.transaction() as connection:
        user = users.user(connection, kept[0])
    if user is None:
        raise Problem("wrong_sign_in")
    return user
