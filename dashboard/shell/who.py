"""Who looks at the dashboard, and the projects that they can switch to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from dashboard.auth.asker import asker
from storage.users import VisibleProject


@dataclass(frozen=True)
class AccountChoice:
    """An account with those of its projects that the asker sees; `shared`: through a grant, not as a member."""

    name: str
    projects: tuple[VisibleProject, ...]
    shared: bool = False


@dataclass(frozen=True)
class Who:
    """The signed-in user as the frame shows them."""

    email: str
    name: str
    operator: bool
    accounts: tuple[AccountChoice, ...]
    may_make_projects: bool

    @property
    def projects(self) -> tuple[VisibleProject, ...]:
        """All projects in the order of the switcher."""
        return tuple(project for account in self.accounts for project in account.projects)

    @property
    def initials(self) -> str:
        """One or two letters for the user's picture."""
        words = (self.name or self.email.partition("@")[0]).replace(".", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


def who() -> Who | None:
    """The signed-in user of this request with all that they see: own accounts first, then what others shared."""
    found = asker()
    if found.user is None or found.sight is None:
        return None
    ranked = sorted(found.sight.projects.values(), key=lambda p: (p.role == "guest", p.account.lower(), p.name.lower()))
    accounts = tuple(
        AccountChoice(name, tuple(projects), shared)
        for (shared, name), projects in groupby(ranked, key=lambda p: (p.role == "guest", p.account))
    )
    admin = any(role in ("owner", "admin") for _, role in found.sight.accounts.values())
    return Who(found.user.email, found.user.name, found.user.operator, accounts, admin)
