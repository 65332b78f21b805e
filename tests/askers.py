"""Who asks, for tests: nobody, a signed-in user, a program with an API key; over real HTTP through the edge."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from running_stack import Stack

from storage import memberships, projects, users
from storage.postgres import Database

PASSWORD = "correct horse battery"  # noqa: S105 - of users that tests make
# As dashboard.auth.passwords keeps them, but cheap to check, so that tests can sign in often.
_SALT = b"of the tests"
_CHEAP = hashlib.scrypt(PASSWORD.encode(), salt=_SALT, n=2**10, r=8, p=1, dklen=32)
HASHED = f"scrypt$10$8$1${base64.b64encode(_SALT).decode()}${base64.b64encode(_CHEAP).decode()}"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's code."""
        return str(self.json["error"]["code"])


@dataclass
class Asker:
    """Someone with headers of their own, and cookies that are kept like a browser keeps them."""

    stack: Stack
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        form: dict[str, str] | None = None,
        data: bytes | None = None,
        **headers: str,
    ) -> Reply:
        """One request; redirects are not followed. `body` goes as JSON, `form` as a browser's form, `data` as it is."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            data, sent = json.dumps(body).encode(), {"Content-Type": "application/json", **sent}
        if form is not None:
            data, sent = urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded", **sent}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(urlsplit(self.stack.edge).netloc, timeout=60)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value and "Max-Age=0" not in cookie:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return reply

    def get(self, path: str, **query: str | int) -> Reply:
        """GET below /api/v1; `from` is spelled `from_`."""
        asked = urlencode({name.rstrip("_"): value for name, value in query.items()})
        return self.ask("GET", f"/api/v1{path}?{asked}" if asked else f"/api/v1{path}")


def program(stack: Stack, api_key: str) -> Asker:
    """A program with an API key."""
    return Asker(stack, {"Authorization": f"Bearer {api_key}"})


def new_user(stack: Stack, account: str | None = None, role: memberships.Role = "member") -> str:
    """The address of a new user, a member of the account of this name if one is given."""
    email = f"{secrets.token_hex(6)}@people.example"
    with Database(stack.settings, "owner", size=1).transaction() as connection:
        user_id = users.create(connection, email, "", HASHED)
        if account:
            memberships.put(connection, projects.account_named(connection, account), user_id, role)
    return email


def signed_in(stack: Stack, email: str, password: str = PASSWORD) -> Asker:
    """The user of this address, signed in as a browser does it."""
    asker = Asker(stack)
    token = asker.ask("GET", "/auth/form").json["csrf"]
    reply = asker.ask("POST", "/auth/sign-in", form={"email": email, "password": password, "csrf": token})
    assert reply.status == 303, reply.body
    return asker


def open_page(asker: Asker, path: str, search: str = "") -> Reply:
    """What the page router gives for an address."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    return asker.ask("POST", "/_dash-update-component", body)
