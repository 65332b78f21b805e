"""The API keeps what its OpenAPI document says, for requests that schemathesis makes up, against the running stack."""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks
from two_projects import World

from dashboard.api.openapi import document
from dashboard.api.routes import ROUTES

CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
]
LONGEST = 6_000  # characters of an address; over 8 K the edge answers
EXAMPLES = 3  # a route; who may ask is test_authorization's


OWN_PROJECT = 424_242  # stands for the asker's project until that is made


def described() -> dict[str, Any]:
    """The document as one asker sees it: its own project, and no question of who asks."""
    own = copy.deepcopy(document())
    for methods in own["paths"].values():
        for operation in methods.values():
            operation["security"] = []
            for parameter in operation["parameters"]:
                if parameter["name"] == "project_id":
                    parameter["schema"] = {"type": "integer", "const": OWN_PROJECT}
    return own


@schemathesis.openapi.from_dict(described()).parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_document_promises_is_kept(case: Any, world: World) -> None:
    if case.path_parameters.get("project_id") == OWN_PROJECT:
        case.path_parameters["project_id"] = world.b
    assume(len(urlencode(case.query or {}, True)) < LONGEST)
    key = world.askers["key of B"].headers
    case.call_and_validate(base_url=world.stack.edge, headers=dict(key), checks=CHECKS)


def test_document_is_served_to_everybody(world: World) -> None:
    served = world.askers["nobody"].get("/openapi.json")
    assert served.json == document()
    assert len(served.json["paths"]) == len({one.path for one in ROUTES})


@pytest.mark.parametrize("path", ["/%00", "/projects/1/pages?limit=%ff", "/projects/99999999999999999999999/pages"])
def test_odd_addresses_are_answered(world: World, path: str) -> None:
    assert world.askers["key of B"].ask("GET", f"/api/v1{path}").status in (400, 404)
