"""Projects and their sites: what a user can switch to, make and change."""

from __future__ import annotations

from dashboard.auth import guard
from dashboard.auth.access import Access, AccountAccess
from dashboard.auth.asker import asker, forget
from dashboard.errors import NotVisible, Problem
from dashboard.services import current
from heatwake.site_snippet import site_snippet
from storage import memberships
from storage import projects as store
from storage import sites as site_store
from storage.projects import NameTaken, Project
from storage.sites import BadOrigin, SiteRow, cache_key, origin_of
from storage.users import VisibleProject

LONGEST_NAME = 200


def mine() -> list[VisibleProject]:
    """The projects that the user sees: of the own accounts and those granted as a whole (role `guest`)."""
    guard.user()
    sight = asker().sight
    return list(sight.projects.values()) if sight else []


def my_accounts() -> list[tuple[int, str, str]]:
    """(account id, name, role) of the accounts that the user belongs to."""
    guard.user()
    sight = asker().sight
    return [(account_id, name, role) for account_id, (name, role) in sight.accounts.items()] if sight else []


def create_account(name: str) -> int:
    """A new account, whose owner is the user; for operators. Raises Problem `invalid_parameter`."""
    access = guard.access(0, "operate")
    assert access.user_id
    try:
        with current().database.transaction() as connection:
            account_id = store.create_account(connection, checked_name(name))
            memberships.put(connection, account_id, access.user_id, "owner")
    except NameTaken as error:
        raise Problem("invalid_parameter", str(error)) from error
    forget()
    return account_id


def create_project(account: AccountAccess, name: str, origins: list[str]) -> int:
    """A new project with one site that pages of `origins` may send to. Raises Problem `invalid_parameter`."""
    account.demand("admin")
    try:
        with current().database.transaction() as connection:
            project_id = store.create(connection, account.account_id, checked_name(name))
            site_store.create_site(connection, project_id, _origins(origins))
    except NameTaken as error:
        raise Problem("invalid_parameter", str(error)) from error
    forget()
    return project_id


def project(access: Access) -> Project:
    """The project with its account."""
    with current().database.transaction(access.projects) as connection:
        found = store.project(connection, access.project_id)
    if found is None:
        raise NotVisible(f"There is no project {access.project_id}.")
    return found


def rename(access: Access, name: str) -> None:
    """Another name for the project. Raises Problem `invalid_parameter`."""
    access.demand("admin")
    try:
        with current().database.transaction(access.projects) as connection:
            store.rename(connection, access.project_id, checked_name(name))
    except NameTaken as error:
        raise Problem("invalid_parameter", str(error)) from error
    forget()


def sites(access: Access) -> list[SiteRow]:
    """The project's sites, oldest first."""
    access.demand("read")
    with current().database.transaction(access.projects) as connection:
        return site_store.sites(connection, access.project_id)


def snippet(site: SiteRow) -> str:
    """The HTML that loads the tracker for a site."""
    return site_snippet(current().settings, site.site_key)


def add_site(access: Access, origins: list[str]) -> SiteRow:
    """A new site of the project. Raises Problem `invalid_parameter`."""
    access.demand("admin")
    with current().database.transaction(access.projects) as connection:
        site_id, _ = site_store.create_site(connection, access.project_id, _origins(origins))
        return next(site for site in site_store.sites(connection, access.project_id) if site.site_id == site_id)


def change_site(access: Access, site_id: int, origins: list[str], enabled: bool, record: bool) -> None:
    """Change a site; collectors know within `collector.site_cache_s`. Raises Problem, NotVisible."""
    access.demand("admin")
    with current().database.transaction(access.projects) as connection:
        key = site_store.change_site(connection, access.project_id, site_id, _origins(origins), enabled, record)
    if key is None:
        raise NotVisible(f"The project has no site {site_id}.")
    current().cache.delete(cache_key(key))


def checked_name(name: str) -> str:
    """A name without blanks around it. Raises Problem `invalid_parameter`."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Problem("invalid_parameter", f"name: it has 1 to {LONGEST_NAME} characters.")
    return name


def _origins(texts: list[str]) -> list[str]:
    try:
        return list(dict.fromkeys(origin_of(text) for text in texts if text.strip()))
    except BadOrigin as error:
        raise Problem("invalid_parameter", f"origin: {error}") from error
