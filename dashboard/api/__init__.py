"""The public API, `/api/v1`: one module a resource, each route with its types in one table (`routes`).

The table makes the checks of parameters and bodies, the OpenAPI document and the list in docs/api.md.
"""

from flask import Flask

from dashboard.api import (
    deploys,
    erasures,
    funnels,
    heatmaps,
    ledger,
    notes,
    openapi,
    pages,
    projects,
    recordings,
    shared,
    sharing,
)
from dashboard.api.routes import blueprint

RESOURCES = [projects, pages, heatmaps, funnels, recordings, notes, sharing, erasures, ledger, deploys]


def attach(app: Flask) -> None:
    """Serve the API and what share links fetch."""
    routes = blueprint(RESOURCES)
    openapi.add(routes)
    app.register_blueprint(routes)
    app.register_blueprint(shared.blueprint())
