"""The sign-in cookie: user and epoch, signed; HttpOnly, SameSite=Lax, Secure where browsers come by https."""

from __future__ import annotations

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from dashboard.auth.secret_key import cookie_name
from dashboard.services import current


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"heatwake.{purpose}")


def signed(purpose: str, value: object) -> str:
    """`value` as text that nobody else can make, with the time that it was made at."""
    return str(_signer(purpose).dumps(value))


def opened(purpose: str, text: str, seconds: int) -> object:
    """What was signed, or None if it was not signed here for this purpose in the last `seconds`."""
    try:
        return _signer(purpose).loads(text, max_age=seconds)
    except BadSignature:
        return None


def name(purpose: str) -> str:
    """The name of this installation's cookie for a purpose."""
    return cookie_name(str(current_app.secret_key), purpose)


def give(answer: AnyResponse, purpose: str, value: str, seconds: int) -> None:
    """Set a cookie that scripts can't read and other sites' forms don't send."""
    secure = current().settings.public_url.startswith("https://")
    answer.set_cookie(name(purpose), value, max_age=seconds, httponly=True, samesite="Lax", secure=secure, path="/")


def take(answer: AnyResponse, purpose: str) -> None:
    """Remove the cookie."""
    secure = current().settings.public_url.startswith("https://")
    answer.delete_cookie(name(purpose), httponly=True, samesite="Lax", secure=secure, path="/")


def sign_in(answer: AnyResponse, user_id: int, epoch: int) -> None:
    """From now on requests with this cookie are the user's, until its time or its epoch has ended."""
    give(answer, "sign_in", signed("sign_in", [user_id, epoch]), _seconds())


def signed_in() -> tuple[int, int] | None:
    """(user id, epoch) of this request's cookie; None without a good one."""
    text = request.cookies.get(name("sign_in"))
    value = opened("sign_in", text, _seconds()) if text else None
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else None


def _seconds() -> int:
    return current().settings.dashboard.sign_in_days * 86_400
