"""`/api/v1/openapi.json`: OpenAPI 3.1, made of the table of routes and its msgspec types."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec
from flask import Blueprint, Response

from dashboard.api.routes import PREFIX, ROUTES, Route
from dashboard.auth import guard
from dashboard.errors import CODES
from heatwake import __version__

_REF: Final = "#/components/schemas/{name}"
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "properties": {
                "code": {"type": "string", "enum": list(CODES)},
                "message": {"type": "string"},
                "request_id": {"type": "string"},
            },
        }
    },
}
_VARIABLES: Final[dict[str, dict[str, Any]]] = {
    "session_id": {"type": "string", "format": "uuid"},
    "visitor_id": {"type": "string", "format": "uuid"},
    "name": {"type": "string", "minLength": 1, "pattern": "^[0-9a-f]{32,64}\\.[a-z0-9]{2,5}$"},
}
_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


def _statuses(one: Route) -> list[int]:
    """The statuses of errors that a route may answer."""
    statuses = {400, 401, 403, 404, 405, 500, 503}
    if one.body is not None:
        statuses |= {413, 415}
    return sorted(statuses)


def _operation(one: Route, schemas: dict[str, Any], inlined: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _VARIABLES.get(name, _NUMBER)}
        for name in one.variables
    ]
    if one.query is not None:
        described = schemas[one.query.__name__]
        parameters += [
            {"name": name, "in": "query", "required": name in described.get("required", []), "schema": _bare(schema)}
            for name, schema in described["properties"].items()
        ]
    answers: dict[str, Any] = {
        str(status): {
            "description": ", ".join(code for code, (of, _) in CODES.items() if of == status),
            "content": {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}},
        }
        for status in _statuses(one)
    }
    done: dict[str, Any] = {"description": one.summary}
    if one.answer is not None:
        done["content"] = {one.media_type: {"schema": inlined[one.answer]}}
    elif one.status == 200:
        done["content"] = {"*/*": {}}
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [_resource(one.path)],
        "parameters": parameters,
        "responses": {str(one.status): done, **answers},
        "security": [{"key": []}],
    }
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": inlined[one.body]}}}
    return operation


def _resource(path: str) -> str:
    """What a path is about: `pages` of /projects/{project_id}/pages/…"""
    words = [word for word in path.split("/") if word and not word.startswith("{")]
    return words[1] if len(words) > 1 else words[0]


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema: what is left out is left out, so null is no value of it."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    found = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    if choices:
        found.pop("anyOf")
        found |= choices[0] if len(choices) == 1 else {"anyOf": choices}
    return found


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    types = [kind for one in ROUTES for kind in (one.query, one.body, one.answer) if kind is not None]
    unique = list(dict.fromkeys(types))
    made, schemas = msgspec.json.schema_components(unique, ref_template=_REF)
    inlined = dict(zip(unique, made, strict=True))
    paths: dict[str, Any] = {}
    for one in ROUTES:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, schemas, inlined)
    queries = {one.query.__name__ for one in ROUTES if one.query is not None}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Heatwake",
            "version": __version__,
            "description": "Heatmaps, funnels and recordings of a project. Times are RFC 3339, periods half open.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in schemas.items() if name not in queries} | {"Error": _ERROR},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key, hw_…"}},
        },
    }


def add(routes: Blueprint) -> None:
    """Serve the document to everybody; it says nothing of any project."""

    @guard.route(routes, f"{PREFIX}/openapi.json", needs="public")
    def openapi() -> Response:
        made = Response(msgspec.json.encode(document()), content_type="application/json")
        made.headers["Cache-Control"] = "public, max-age=300"
        return made
