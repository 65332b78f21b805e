"""Every route and every error code of the API is documented, and every documented one exists."""

from __future__ import annotations

import json
import re

from dashboard import api  # noqa: F401 - fills the table of routes
from dashboard.api.openapi import document
from dashboard.api.routes import PREFIX, ROUTES
from dashboard.errors import CODES
from heatwake.settings import ROOT

TEXT = (ROOT / "docs" / "api.md").read_text()


def test_every_error_code_has_its_status_and_is_documented() -> None:
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", TEXT, re.M))
    assert listed == {code: str(status) for code, (status, _) in CODES.items()}


def test_every_route_is_documented_and_every_documented_one_exists() -> None:
    listed = re.findall(r"^\| `(GET|POST|DELETE) (/[^`]*)` \| (\w+) \|", TEXT, re.M)
    assert sorted(listed) == sorted((one.method, one.path, one.needs) for one in ROUTES)


def test_openapi_names_the_same_routes() -> None:
    made = document()
    listed = {(method.upper(), path) for path, methods in made["paths"].items() for method in methods}
    assert listed == {(one.method, PREFIX + one.path) for one in ROUTES}
    assert made["openapi"] == "3.1.0"
    assert json.dumps(made).count("$ref") > 50
