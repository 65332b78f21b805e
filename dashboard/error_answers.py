"""Errors as answers: JSON with code, message and request id for programs, a plain page for people."""

from __future__ import annotations

import html
import logging
from urllib.parse import quote

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from dashboard.errors import CODES, Problem, SignInNeeded
from dashboard.request_log import request_id
from heatwake.logs import event
from storage.blobs import BlobMissing
from storage.postgres import DatabaseUnavailable

log = logging.getLogger(__name__)
_STATUS_CODES = {400: "malformed_body", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_STATUS_CODES |= {415: "unsupported_media_type", 429: "too_many_attempts"}
_TITLES = {404: "There is nothing here", 410: "This link no longer works", 403: "This is not open to you"}

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} · Heatwake</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem}}
code{{opacity:.7}}</style><h1>{title}</h1><p>{message}</p><p><a href="/">To the start</a></p>
<p><code>Request {request_id}</code></p></html>"""


def _for_people() -> bool:
    """Whether a browser asked for a page: a navigation, not a program's or a script's request."""
    if request.path.startswith(("/api/", "/_dash")) or "Authorization" in request.headers:
        return False
    return "text/html" in request.headers.get("Accept", "")


def answer(problem: Problem) -> AnyResponse:
    """The answer to a request that ended with `problem`; someone who is not signed in is asked to."""
    made: AnyResponse
    if _for_people():
        if isinstance(problem, SignInNeeded):
            asked = request.full_path.rstrip("?")
            made = redirect("/sign-in" if asked == "/" else f"/sign-in?next={quote(asked)}", 302)
        else:
            title = _TITLES.get(problem.status, "This did not work")
            texts = {"title": title, "message": problem.message, "request_id": request_id()}
            page = _PAGE.format(**{name: html.escape(text) for name, text in texts.items()})
            made = Response(page, problem.status, content_type="text/html; charset=utf-8")
    else:
        made = jsonify({"error": {"code": problem.code, "message": problem.message, "request_id": request_id()}})
        made.status_code = problem.status
    made.headers.update(problem.headers)
    made.headers["Cache-Control"] = "no-store"
    return made


def attach(app: Flask) -> None:
    """Answer every error of `app`, the unforeseen too, whose cause only the log gets."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> AnyResponse:
        return answer(error)

    @app.errorhandler(DatabaseUnavailable)
    def unavailable(error: DatabaseUnavailable) -> AnyResponse:
        event(log, logging.WARNING, "unavailable", request_id=request_id(), cause=str(error))
        return answer(Problem("unavailable", headers={"Retry-After": "5"}))

    @app.errorhandler(BlobMissing)
    def missing(error: BlobMissing) -> AnyResponse:
        return answer(Problem("not_found", "Its data is no longer kept."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        known = _STATUS_CODES.get(status, "internal" if status >= 500 else "malformed_body")
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        made = Problem(known, CODES[known][1], headers)
        made.status = status if status < 500 else 500
        return answer(made)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> AnyResponse:
        log.error("unforeseen", exc_info=error, extra={"fields": {"request_id": request_id()}})
        return answer(Problem("internal"))
