"""What the asker of this request may see: the one place where an Access is made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from dashboard.auth.access import SAYS, Access, AccountAccess, Needs, Role
from dashboard.auth.asker import Asker, asker
from dashboard.errors import Forbidden, Gone, NotVisible, SignInNeeded
from dashboard.services import current
from storage import share_links
from storage.users import User


def user() -> User:
    """The signed-in user. Raises SignInNeeded."""
    found = asker().user
    if found is None:
        raise SignInNeeded()
    return found


def _role(who: Asker, project_id: int) -> Role | None:
    """By what right the asker sees the whole project; None: not at all."""
    if who.key and who.key.project_id == project_id:
        return "writer" if "write" in who.key.scopes else "reader"
    if who.sight and project_id in who.sight.projects:
        return cast(Role, who.sight.projects[project_id].role)
    return None


def someone() -> Asker:
    """Whoever asks, a user or a key. Raises SignInNeeded."""
    who = asker()
    if who.key is None and who.user is None:
        raise SignInNeeded()
    return who


def access(project_id: int, needs: Needs = "read") -> Access:
    """Sight of a whole project. Raises SignInNeeded, NotVisible, Forbidden."""
    who = someone()
    if needs == "operate":
        if who.user is None or not who.user.operator:
            raise Forbidden(SAYS["operate"])
        role = _role(who, project_id)
        return Access(project_id if role else 0, "operator", user_id=who.user.user_id)
    role = _role(who, project_id)
    if role is None:
        if who.sight and any(project_id == shared for shared, _ in who.sight.recordings):
            raise Forbidden(SAYS["read"])
        raise NotVisible(f"There is no project {project_id} that you may see.")
    made = Access(project_id, role, user_id=who.user.user_id if who.user else None)
    made.demand(needs)
    return made


def account(account_id: int, needs: Needs = "read") -> AccountAccess:
    """Sight of an account by membership. Raises SignInNeeded, NotVisible, Forbidden."""
    signed_in = user()
    sight = asker().sight
    if sight is None or account_id not in sight.accounts:
        raise NotVisible(f"There is no account {account_id} that you may see.")
    made = AccountAccess(account_id, cast(Role, sight.accounts[account_id][1]), signed_in.user_id)
    made.demand(needs)
    return made


def recording(project_id: int, session_id: uuid.UUID, needs: Needs = "recording") -> Access:
    """Sight of one recording: by sight of its project, or by a grant of just this one. Raises as `access` does."""
    who = someone()
    if _role(who, project_id) is None and who.sight and who.user and (project_id, session_id) in who.sight.recordings:
        made = Access(project_id, "guest", session_id, who.user.user_id)
        made.demand(needs)
        return made
    if _role(who, project_id) is None:
        raise NotVisible(f"There is no recording {session_id} that you may see.")
    return access(project_id, needs)


def any_recording(project_id: int) -> Access:
    """Sight of what all recordings of a project show (styles, pictures), by sight of one of them or of the project."""
    who = someone()
    if _role(who, project_id) is None and who.sight and who.user:
        seen = [session_id for shared, session_id in who.sight.recordings if shared == project_id]
        if seen:
            return Access(project_id, "guest", seen[0], who.user.user_id)
    return access(project_id, "recording")


def shared(token: str) -> tuple[Access, int]:
    """(sight of the recording, ms at which the player begins) by a share link's token. Raises NotVisible, Gone."""
    link = None
    if 16 <= len(token) <= 100 and token.isascii():
        with current().database.transaction() as connection:
            link = share_links.find(connection, token)
    if link is None:
        raise NotVisible("There is no such share link.")
    if not link.open:
        raise Gone()
    return Access(link.project_id, "link", link.session_id), link.start_ms


def admit(needs: Needs, values: Mapping[str, Any]) -> None:
    """Raise unless the asker may use what needs this; `values`: the address' variables (`p`: project, `token`)."""
    if needs == "public":
        return
    if needs == "link":
        shared(str(values.get("token", "")))
        return
    user()
    project = str(values.get("p") or "")
    if needs == "operate":
        access(0, "operate")
    elif needs in ("read", "write", "admin") and project.isdecimal() and len(project) < 19:
        access(int(project), needs)


def key_project() -> int:
    """The project of the API key that asks. Raises SignInNeeded, Forbidden for a user."""
    who = someone()
    if who.key is None:
        raise Forbidden("This address is for API keys; name the project in the address instead.")
    return who.key.project_id
