"""The guard: every page, callback, route and query asks it, and nothing else decides who may see what.

Pages, callbacks and routes are registered through it with what they need; `access` and its sisters make the Access
that each query takes. What has no rule is not served (`gate`), and `create_app` does not start with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import dash
from flask import Blueprint, Flask, g, request

from dashboard.auth.access import NEEDS, SAYS, Access, AccountAccess, Needs, Role
from dashboard.auth.asker import Asker, asker
from dashboard.errors import Forbidden, Gone, NotVisible, SignInNeeded
from dashboard.services import current
from storage import share_links
from storage.users import User

View = Callable[..., Any]

ROUTES: Final[dict[str, Needs]] = {}  # endpoint → what it needs
PAGES: Final[dict[str, Needs]] = {}  # page's module → what it needs
RULE: Final = "heatwake_needs"  # the attribute by which a callback carries its rule

# Dash's own: files that hold no data, the frame of the page, and the callbacks, which have a rule each.
DASH_ROUTES: Final[tuple[str, ...]] = (
    "_dash_assets.static",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
    "/_reload-hash",
    "/_favicon.ico",
    "/",
    "/<path:path>",
)
# Dash's router calls the page's layout, which `page` has wrapped.
DASH_CALLBACKS: Final = ("_pages_content",)


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


def _someone(who: Asker) -> None:
    if who.key is None and who.user is None:
        raise SignInNeeded()


def access(project_id: int, needs: Needs = "read") -> Access:
    """Sight of a whole project. Raises SignInNeeded, NotVisible, Forbidden."""
    who = asker()
    _someone(who)
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
    who = asker()
    _someone(who)
    if _role(who, project_id) is None and who.sight and who.user and (project_id, session_id) in who.sight.recordings:
        made = Access(project_id, "guest", session_id, who.user.user_id)
        made.demand(needs)
        return made
    if _role(who, project_id) is None:
        raise NotVisible(f"There is no recording {session_id} that you may see.")
    return access(project_id, needs)


def any_recording(project_id: int) -> Access:
    """Sight of what all recordings of a project show (styles, pictures), by sight of one of them or of the project."""
    who = asker()
    _someone(who)
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


def route(where: Flask | Blueprint, rule: str, *, needs: Needs, **options: Any) -> Callable[[View], View]:
    """Register a Flask view. With `project_id` in the address (and `session_id` where the need is `recording`) the
    view gets the `access` instead of the project's id; with `token` where the need is `link`, `access` and `start_ms`.
    """
    assert needs in NEEDS

    def register(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if needs == "link":
                values["access"], values["start_ms"] = shared(values.pop("token"))
            elif "session_id" in values and needs == "recording":
                values["access"] = recording(values.pop("project_id"), values["session_id"])
            elif "project_id" in values and needs == "recording":
                values["access"] = any_recording(values.pop("project_id"))
            elif "project_id" in values:
                values["access"] = access(values.pop("project_id"), needs)
            elif needs in ("read", "write", "admin"):
                # No project in the address: it is the key's own.
                values["access"] = access(_key_project(), needs)
            elif needs == "operate":
                values["access"] = access(0, "operate")
            elif needs != "public":
                _someone(asker())
            return view(**values)

        name = options.pop("endpoint", view.__name__)
        ROUTES[f"{where.name}.{name}" if isinstance(where, Blueprint) else name] = needs
        where.add_url_rule(rule, endpoint=name, view_func=guarded, **options)
        return view

    return register


def _key_project() -> int:
    who = asker()
    _someone(who)
    if who.key is None:
        raise Forbidden("This address is for API keys; name the project in the address instead.")
    return who.key.project_id


def callback(*dependencies: Any, needs: Needs, **options: Any) -> Callable[[View], View]:
    """`dash.callback` for those who may in the project that the address (`url.search`) names, where it is asked for.

    The function itself asks `access` for what it reads.
    """
    assert needs in NEEDS

    def register(function: View) -> View:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if needs not in ("public", "link"):
                admit(needs, _address())
            return function(*args, **kwargs)

        setattr(guarded, RULE, needs)
        dash.callback(*dependencies, **options)(guarded)
        return function

    return register


def _address() -> dict[str, str]:
    """The parameters of the address that a callback was called from, if it asks for `url.search`."""
    search = {**dash.ctx.inputs, **dash.ctx.states}.get("url.search")
    return dict(reversed(parse_qsl(search.lstrip("?")))) if isinstance(search, str) else {}


def page(module: str, *, needs: Needs, **arguments: Any) -> None:
    """`dash.register_page` for those who may; `create_app` wraps the module's `layout` with the rule."""
    assert needs in NEEDS
    PAGES[module] = needs
    cast(Any, dash.register_page)(module, **arguments)


def gate() -> None:
    """Before each request: refuse what has no rule, and what a page of another origin makes a browser send."""
    if request.endpoint is not None and request.endpoint not in ROUTES and request.endpoint not in DASH_ROUTES:
        raise Forbidden(f"{request.endpoint} has no rule of who may use it.")
    g.heatwake_needs = ROUTES.get(request.endpoint or "")
    if request.method in ("GET", "HEAD", "OPTIONS") or "Authorization" in request.headers:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none") or (
        site is None and origin is not None and origin.split("://", 1)[-1] != request.host
    )
    if foreign:
        raise Forbidden("The request came from a page of another origin.", "foreign_origin")
