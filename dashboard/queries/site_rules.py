"""What a project's sites take in: their rules, and the project's quotas. Collectors know within half a minute."""

from __future__ import annotations

from dashboard.auth.access import Access
from dashboard.errors import NotVisible, Problem
from dashboard.services import current
from storage import quotas, site_rules
from storage import sites as site_store
from storage.quotas import Limits
from storage.site_rules import BadRule, SiteRules
from storage.sites import cache_key


def limits(access: Access) -> Limits:
    """The project's quotas."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        found = quotas.limits(connection, access.project_id)
    if found is None:
        raise NotVisible(f"There is no project {access.project_id}.")
    return found


def change_limits(access: Access, changed: Limits) -> None:
    """Other quotas for the project. Raises Problem `invalid_parameter`."""
    access.demand("admin")
    try:
        with current().database.transaction(access.projects) as connection:
            quotas.change_limits(connection, access.project_id, changed)
            keys = [site.site_key for site in site_store.sites(connection, access.project_id)]
    except BadRule as error:
        raise Problem("invalid_parameter", f"limits: {error}") from error
    for key in keys:
        current().cache.delete(cache_key(key))


def change_rules(access: Access, site_id: int, rules: SiteRules) -> None:
    """Other rules for a site. Raises Problem `invalid_parameter`, NotVisible."""
    access.demand("admin")
    try:
        with current().database.transaction(access.projects) as connection:
            key = site_rules.change_rules(connection, access.project_id, site_id, rules)
    except BadRule as error:
        raise Problem("invalid_parameter", f"rules: {error}") from error
    if key is None:
        raise NotVisible(f"The project has no site {site_id}.")
    current().cache.delete(cache_key(key))
