"""The table of the API's routes: what each needs, takes and answers; and the blueprint made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, Literal

import msgspec
from flask import Blueprint, Response, request

from dashboard.api.parameters import body_of, query_of
from dashboard.auth import guard
from dashboard.auth.access import Needs
from dashboard.errors import NotVisible, Problem
from dashboard.queries.heatmaps import NotFilterable, UnknownPage
from dashboard.queries.recordings import UnknownRecording

PREFIX: Final = "/api/v1"
Method = Literal["GET", "POST", "DELETE"]
View = Callable[..., Any]

# How a variable of an address looks to Flask; numbers within a bigint, so that the stores need not refuse them.
_VARIABLES: Final = {"session_id": "uuid", "visitor_id": "uuid", "name": "string"}
_NUMBER: Final = "int(max=9223372036854775807)"


@dataclass(frozen=True)
class Route:
    """One route. `path` below PREFIX with `{variables}`; `query`, `body`, `answer`: msgspec types, None: nothing."""

    method: Method
    path: str
    needs: Needs
    view: View
    query: type[msgspec.Struct] | None
    body: Any
    answer: Any
    status: int
    media_type: str

    @property
    def summary(self) -> str:
        return (self.view.__doc__ or "").strip().split("\n")[0]

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return PREFIX + re.sub(r"{(\w+)}", lambda m: f"<{_VARIABLES.get(m[1], _NUMBER)}:{m[1]}>", self.path)

    @property
    def variables(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


ROUTES: Final[list[Route]] = []


def route(
    method: Method,
    path: str,
    *,
    needs: Needs,
    query: type[msgspec.Struct] | None = None,
    body: Any = None,
    answer: Any = None,
    status: int = 200,
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Put a view into the table. It gets `access` (see guard.route), the address' other variables, `query`, `body`."""

    def register(view: View) -> View:
        ROUTES.append(Route(method, path, needs, view, query, body, answer, status, media_type))
        return view

    return register


def _served(one: Route) -> View:
    """The Flask view of a route: checked parameters in, encoded answer out."""

    def serve(**values: Any) -> Response:
        query = query_of(request.args, one.query)
        if one.query is not None:
            values["query"] = query
        if one.body is not None:
            values["body"] = body_of(request, one.body)
        try:
            answer = one.view(**values)
        except (UnknownPage, UnknownRecording) as error:
            raise NotVisible(str(error)) from error
        except NotFilterable as error:
            raise Problem("invalid_parameter", f"kind: {error}") from error
        if isinstance(answer, Response):
            return answer
        if one.answer is None:
            return Response(status=one.status)
        made = Response(msgspec.json.encode(answer), one.status, content_type="application/json")
        if one.method == "GET":
            # A browser or proxy may keep it, but asks each time: what may be seen can change at any moment.
            made.headers["Cache-Control"] = "private, no-cache"
            made.add_etag()
            made.make_conditional(request)
        else:
            made.headers["Cache-Control"] = "no-store"
        return made

    serve.__name__ = one.name
    return serve


def blueprint(resources: list[ModuleType]) -> Blueprint:
    """All routes of these modules, which are in the table, and an answer for addresses that are none."""
    assert {one.view.__module__ for one in ROUTES} == {module.__name__ for module in resources}
    made = Blueprint("api", __name__)
    for one in ROUTES:
        guard.route(made, one.rule, needs=one.needs, endpoint=one.name, methods=[one.method])(_served(one))

    @guard.route(
        made,
        "/api/<path:rest>",
        needs="public",
        methods=["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"],
    )
    def no_route(rest: str) -> Response:
        allowed = sorted(one.method for one in ROUTES if _pattern(one).fullmatch(f"/api/{rest}"))
        if allowed:
            raise Problem("method_not_allowed", headers={"Allow": ", ".join(allowed)})
        raise NotVisible("The API has no such route; /api/v1/openapi.json names those that it has.")

    return made


def _pattern(one: Route) -> re.Pattern[str]:
    def variable(match: re.Match[str]) -> str:
        return {"uuid": r"[0-9A-Fa-f-]{36}", "string": r"[^/]+"}.get(_VARIABLES.get(match[1], ""), r"\d+")

    return re.compile(PREFIX + re.sub(r"{(\w+)}", variable, one.path))
