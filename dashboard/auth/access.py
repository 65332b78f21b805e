"""What an asker may see and do in one project; every query takes it first, and only the guard makes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final, Literal, get_args

from dashboard.errors import Forbidden

# What a page, callback or route needs. `recording`: to see one recording, `link`: a share link's token in the address.
Needs = Literal["public", "signed_in", "link", "recording", "read", "write", "admin", "operate"]
# Roles of members come from their account; `guest` has a grant, `link` a share link, `reader` and `writer` an API key.
Role = Literal["owner", "admin", "member", "viewer", "guest", "link", "reader", "writer", "operator"]

NEEDS: Final = get_args(Needs)
MAY: Final[dict[Role, frozenset[Needs]]] = {
    "owner": frozenset({"recording", "read", "write", "admin"}),
    "admin": frozenset({"recording", "read", "write", "admin"}),
    "member": frozenset({"recording", "read", "write"}),
    "viewer": frozenset({"recording", "read"}),
    "guest": frozenset({"recording", "read"}),
    "link": frozenset({"recording"}),
    "reader": frozenset({"recording", "read"}),
    "writer": frozenset({"recording", "read", "write"}),
    "operator": frozenset({"operate"}),
}
SAYS: Final[dict[Needs, str]] = {
    "write": "This needs the role member, admin or owner, or an API key with the scope write.",
    "admin": "This needs the role admin or owner of the account.",
    "operate": "This is for the operators of the installation.",
    "read": "Only one recording of this project was shared with you.",
}


@dataclass(frozen=True)
class Access:
    """Sight of `project_id`; only of the recording `session_id` if that is set. `user_id` None: a program or a link."""

    project_id: int
    role: Role
    session_id: uuid.UUID | None = None
    user_id: int | None = None

    @property
    def projects(self) -> tuple[int, ...]:
        """The projects that a transaction of this asker may see (row-level security)."""
        return (self.project_id,)

    def allows(self, needs: Needs) -> bool:
        """Whether the asker may do what needs this; who sees only one recording may only see that."""
        if self.session_id is not None:
            return needs == "recording"
        return needs in MAY[self.role]

    def demand(self, needs: Needs) -> None:
        """Raise Forbidden unless the asker may do what needs this."""
        if not self.allows(needs):
            raise Forbidden(SAYS.get(needs, ""))


@dataclass(frozen=True)
class AccountAccess:
    """Sight of an account's members and the right to make projects in it, by the user's role there."""

    account_id: int
    role: Role
    user_id: int

    def demand(self, needs: Needs) -> None:
        """Raise Forbidden unless the asker may do what needs this."""
        if needs not in MAY[self.role]:
            raise Forbidden(SAYS.get(needs, ""))
