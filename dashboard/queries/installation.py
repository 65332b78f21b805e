"""Whether a project's snippet works yet: its sites, whether anything has come, and what was turned away lately."""

from __future__ import annotations

import datetime as dt

import msgspec

from dashboard.auth.access import Access
from dashboard.queries.cached import cached
from dashboard.services import current
from storage import ledger, page_traffic
from storage import sites as reads


class SnippetSite(msgspec.Struct, frozen=True):
    """A site as its snippet names it; `origins` empty: pages of any origin may send."""

    site_key: str
    origins: list[str]
    enabled: bool


class Installation(msgspec.Struct, frozen=True):
    """`arrived`: a page view has been counted. `turned_away`: requests of the last day by reason and its words."""

    sites: list[SnippetSite]
    arrived: bool
    turned_away: list[tuple[str, str, int]]


@cached(Installation)
def installation(access: Access) -> Installation:
    """How far the project is on its way from the snippet to the first event."""
    now = dt.datetime.now(dt.UTC)
    with current().database.transaction(access.projects) as connection:
        sites = reads.sites(connection, access.project_id)
        arrived = bool(page_traffic.addresses(connection, access.project_id, "", 1))
        refused = ledger.refusals(connection, now - dt.timedelta(days=1), now)
    return Installation(
        [SnippetSite(site.site_key, site.origins, site.enabled) for site in sites],
        arrived,
        [(reason, ledger.REASONS.get(reason, ""), requests) for reason, requests in refused],
    )
