"""What can go wrong with a request: one table of stable codes (docs/api.md prints it) and what carries one."""

from __future__ import annotations

from typing import Final

# code → (HTTP status, what it means and what to do)
CODES: Final[dict[str, tuple[int, str]]] = {
    "invalid_parameter": (400, "A parameter is missing, unknown or has a wrong value; the message names it."),
    "malformed_body": (400, "The body is no JSON or not of the form that the route takes; the message says where."),
    "sign_in_needed": (401, "Nobody is signed in and no API key was sent."),
    "invalid_key": (401, "The API key is unknown or was revoked."),
    "wrong_sign_in": (401, "The address and the password do not belong together."),
    "forbidden": (403, "You may see this, but not do that; the message names the right that is missing."),
    "foreign_origin": (403, "A browser sent the request from another site's page, or its form was too old."),
    "not_found": (404, "There is no such thing, or you may not see it."),
    "method_not_allowed": (405, "The route does not take this method; `Allow` names those that it takes."),
    "gone": (410, "The share link was taken back or its time has run out."),
    "too_large": (413, "The body is over the limit."),
    "unsupported_media_type": (415, "The body must be application/json."),
    "too_many_attempts": (429, "Too many wrong sign-ins; `Retry-After` says for how many seconds to wait."),
    "internal": (500, "A fault of Heatwake; its log has the cause under the request id."),
    "unavailable": (503, "A store can't be reached; try again in a few seconds."),
}


class Problem(Exception):
    """Ends a request with one of CODES; `message` says what happened, to which thing, and what to do."""

    def __init__(self, code: str, message: str = "", headers: dict[str, str] | None = None) -> None:
        self.code = code
        self.status, meaning = CODES[code]
        self.message = message or meaning
        self.headers = headers or {}
        super().__init__(self.message)


class SignInNeeded(Problem):
    """Nobody is signed in, and what was asked for is not public."""

    def __init__(self, message: str = "Sign in, or send an API key as `Authorization: Bearer …`.") -> None:
        super().__init__("sign_in_needed", message, {"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """The asker may not do this."""

    def __init__(self, message: str = "", code: str = "forbidden") -> None:
        super().__init__(code, message)


class NotVisible(Forbidden):
    """There is no such thing, or the asker may not see it; both look the same from outside."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, "not_found")


class Gone(Problem):
    """A share link that was taken back or has run out."""

    def __init__(self) -> None:
        super().__init__("gone", "This link was taken back or has run out; ask whoever sent it for a new one.")
