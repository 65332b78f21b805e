"""`/deploys`: marks of deploys and their verdict; of the key's project, or of one that is named."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.parameters import InPeriod, Moment, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import deploys as queries


class DeployBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`at`: when, now by default."""

    name: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
    at: Moment | None = None


class DeploysQuery(InPeriod, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Marks of the period."""


@route("POST", "/deploys", needs="write", body=DeployBody, answer=queries.DeployRow, status=201)
def mark_deploy(access: Access, body: DeployBody) -> queries.DeployRow:
    """Mark a deploy of the key's project."""
    return _mark(access, body)


@route("GET", "/deploys/{deploy_id}", needs="read", answer=queries.Verdict)
def get_deploy(access: Access, deploy_id: int) -> queries.Verdict:
    """A deploy of the key's project, and what changed since."""
    return queries.verdict(access, deploy_id)


@route("POST", "/projects/{project_id}/deploys", needs="write", body=DeployBody, answer=queries.DeployRow, status=201)
def mark_project_deploy(access: Access, body: DeployBody) -> queries.DeployRow:
    """Mark a deploy of the project."""
    return _mark(access, body)


@route("GET", "/projects/{project_id}/deploys", needs="read", query=DeploysQuery, answer=queries.Deploys)
def list_deploys(access: Access, query: DeploysQuery) -> queries.Deploys:
    """The deploys of the period, oldest first."""
    return queries.deploys(access, period(query.from_, query.to))


@route("GET", "/projects/{project_id}/deploys/{deploy_id}", needs="read", answer=queries.Verdict)
def get_project_deploy(access: Access, deploy_id: int) -> queries.Verdict:
    """A deploy, and what changed since."""
    return queries.verdict(access, deploy_id)


def _mark(access: Access, body: DeployBody) -> queries.DeployRow:
    if body.at is not None:
        period(None, body.at)
    return queries.mark(access, body.name, body.at)
