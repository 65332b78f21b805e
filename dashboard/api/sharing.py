"""`/projects/{p}/recordings/{id}/links` and `/grants`: showing one recording to others, and taking it back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import sharing as queries


class LinkBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`start_ms`: where the player begins; `days`: how long the link opens, without it until it is taken back."""

    start_ms: Annotated[int, Meta(ge=0, le=queries.LONGEST_START_MS)] = 0
    days: Annotated[int, Meta(ge=1, le=queries.LONGEST_DAYS)] | None = None


class LinkRow(msgspec.Struct, frozen=True):
    """An open link; its token is not kept."""

    id: int
    start_ms: int
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime | None


class Links(msgspec.Struct, frozen=True):
    """Open links, newest first."""

    items: list[LinkRow]


class GrantBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`email`: the address of a user of this installation."""

    email: Annotated[str, Meta(min_length=3, max_length=300)]


class GrantRow(msgspec.Struct, frozen=True):
    """An open grant."""

    id: int
    email: str
    granted_by: str
    created_at: dt.datetime


class Grants(msgspec.Struct, frozen=True):
    """Open grants, newest first."""

    items: list[GrantRow]


class GrantMade(msgspec.Struct, frozen=True):
    """The grant's id."""

    id: int


_LINKS = "/projects/{project_id}/recordings/{session_id}/links"
_GRANTS = "/projects/{project_id}/recordings/{session_id}/grants"


@route("GET", _LINKS, needs="write", answer=Links)
def list_links(access: Access, session_id: uuid.UUID) -> Links:
    """The recording's open share links."""
    return Links(
        [
            LinkRow(each.link_id, each.start_ms, each.created_by, each.created_at, each.expires_at)
            for each in queries.links(access, session_id)
        ]
    )


@route("POST", _LINKS, needs="write", body=LinkBody, answer=queries.NewLink, status=201)
def create_link(access: Access, session_id: uuid.UUID, body: LinkBody) -> queries.NewLink:
    """A link that shows the recording to whoever has it; its address is given only now."""
    return queries.create_link(access, session_id, body.start_ms, body.days)


@route("DELETE", f"{_LINKS}/{{link_id}}", needs="write", status=204)
def delete_link(access: Access, session_id: uuid.UUID, link_id: int) -> None:
    """Take a link back: it opens nothing from now on."""
    queries.take_back_link(access, session_id, link_id)


@route("GET", _GRANTS, needs="write", answer=Grants)
def list_grants(access: Access, session_id: uuid.UUID) -> Grants:
    """The users of other accounts who may see the recording."""
    return Grants(
        [
            GrantRow(each.grant_id, each.email, each.granted_by, each.created_at)
            for each in queries.given(access, session_id)
        ]
    )


@route("POST", _GRANTS, needs="write", body=GrantBody, answer=GrantMade, status=201)
def create_grant(access: Access, session_id: uuid.UUID, body: GrantBody) -> GrantMade:
    """Let a user of another account see the recording."""
    return GrantMade(queries.give(access, body.email, session_id))


@route("DELETE", f"{_GRANTS}/{{grant_id}}", needs="write", status=204)
def delete_grant(access: Access, session_id: uuid.UUID, grant_id: int) -> None:
    """Take a grant back."""
    queries.take_back(access, grant_id, session_id)
