"""`/projects/{p}/funnels`: how many sessions went through an order of steps."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from dashboard.api.parameters import DeviceConditions, Moment, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.errors import Problem
from dashboard.queries import funnels as queries
from dashboard.queries.filters import Filters
from dashboard.queries.funnel_engine import Order

Window = Annotated[int, Meta(ge=1, le=30 * 86_400, description="Seconds from the first step to the last")]
Steps = Annotated[list[queries.Step], Meta(min_length=1, max_length=12)]
MOST_DAYS = 400


class FunnelBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A funnel over what happened from `from` up to `to`; the last 30 days by default."""

    steps: Steps
    order: Order = "ordered"
    window_s: Window = 3600
    from_: Moment | None = None
    to: Moment | None = None
    breakdown: queries.Breakdown | None = None
    filters: DeviceConditions | None = None


@route("POST", "/projects/{project_id}/funnels/query", needs="read", body=FunnelBody, answer=queries.Funnel)
def query_funnel(access: Access, body: FunnelBody) -> queries.Funnel:
    """How many sessions came to each step."""
    asked = period(body.from_, body.to)
    if asked.end - asked.start > dt.timedelta(days=MOST_DAYS):
        raise Problem("invalid_parameter", f"from, to: a funnel covers {MOST_DAYS} days at most.")
    filters = body.filters.filters if body.filters else None
    return queries.funnel(
        access,
        queries.Question(
            steps=body.steps,
            start=asked.start,
            end=asked.end,
            order=body.order,
            window_s=body.window_s,
            breakdown=body.breakdown,
            filters=filters if filters != Filters() else None,
        ),
    )
