"""`/projects/{p}/visitors/{id}`, `/users` and `/erasures`: removing every trace of somebody, and the receipts."""

from __future__ import annotations

import uuid
from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import erasures as queries
from storage.erasures import LONGEST_USER


class UserQuery(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`user`: the id that `identify` gave."""

    user: Annotated[str, Meta(min_length=1, max_length=LONGEST_USER)]


@route("DELETE", "/projects/{project_id}/visitors/{visitor_id}", needs="write", answer=queries.Erasure, status=202)
def erase_visitor(access: Access, visitor_id: uuid.UUID) -> queries.Erasure:
    """Remove every trace of a visitor; the answer names the erasure, whose receipt proves it when it is done."""
    return queries.ask(access, queries.subject_of("visitor", visitor_id.hex))


@route("DELETE", "/projects/{project_id}/users", needs="write", query=UserQuery, answer=queries.Erasure, status=202)
def erase_user(access: Access, query: UserQuery) -> queries.Erasure:
    """Remove every trace of a user, in all browsers in which the user was identified."""
    return queries.ask(access, queries.subject_of("user", query.user))


@route("GET", "/projects/{project_id}/erasures", needs="write", answer=queries.Erasures)
def list_erasures(access: Access) -> queries.Erasures:
    """The newest erasures."""
    return queries.newest(access)


@route("GET", "/projects/{project_id}/erasures/{erasure_id}", needs="write", answer=queries.Erasure)
def get_erasure(access: Access, erasure_id: int) -> queries.Erasure:
    """How far an erasure is; once it is done, the receipt."""
    return queries.one(access, erasure_id)
