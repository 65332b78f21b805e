"""`/projects/{p}/heatmaps`: where on a page people clicked, tapped, moved, and how far they scrolled."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from dashboard.api.parameters import Moment, Page, SessionConditions, period
from dashboard.api.routes import route
from dashboard.auth.access import Access
from dashboard.queries import heatmaps as queries
from dashboard.queries.filters import Filters
from storage.session_index import Device

Width = Annotated[int, Meta(ge=200, le=8000, description="CSS pixels of the layout that `points` are placed on")]


class HeatmapQuery(SessionConditions, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Which map, of which sessions; whole days (UTC)."""

    page: Page
    kind: queries.HeatmapKind = "click"
    device: Device | None = None
    from_: Moment | None = None
    to: Moment | None = None
    width: Width | None = None


@route("GET", "/projects/{project_id}/heatmaps", needs="read", query=HeatmapQuery, answer=queries.Heatmap)
def get_heatmap(access: Access, query: HeatmapQuery) -> queries.Heatmap:
    """The heatmap of a page."""
    filters = query.as_filters([])
    return queries.heatmap(
        access,
        query.page,
        query.kind,
        period(query.from_, query.to),
        query.device,
        filters if filters != Filters() else None,
        query.width,
    )
