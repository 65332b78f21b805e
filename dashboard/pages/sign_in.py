"""`/sign-in`: a plain form to `POST /auth/sign-in`; works with password managers and says what was wrong."""

from __future__ import annotations

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth import forms, guard
from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon

guard.page(__name__, needs="public", path="/sign-in", name="Sign in", title="Sign in · Heatwake")

# By the `error` that dashboard.auth.sign_in leads back with.
ERRORS: Final = {
    "wrong": "This address and this password do not belong together. Nothing was changed; try again.",
    "wait": "Too many wrong tries for this address. Wait a quarter of an hour, then try again.",
    "expired": "The form had been open for too long. It is fresh now; sign in once more.",
}


def layout(error: str = "", next: str = "/", **_: object) -> Component:
    """The form, and beside it a picture of what waits behind it."""
    return html.Div([html.Div(_form(error, next), className="hw-sign-in-side"), _picture()], className="hw-sign-in")


def _field(label: str, name: str, kind: str, complete: str) -> Component:
    control = dcc.Input(
        id=f"sign-in-{name}",
        name=name,
        type=kind,  # type: ignore[arg-type]
        required=True,
        autoComplete=complete,
        autoFocus=name == "email",
        inputMode="email" if name == "email" else None,
        className="hw-input",
        debounce=True,
    )
    return html.Div([html.Label(label, htmlFor=f"sign-in-{name}"), control], className="hw-entry")


def _form(error: str, following: str) -> Component:
    said = ERRORS.get(error)
    return html.Form(
        [
            html.Div([html.Span(className="hw-mark"), html.Span("Heatwake")], className="hw-wordmark"),
            html.Div([html.H1("Sign in"), html.P("to see how people use your site.", className="hw-quiet")]),
            html.Div([icon("alert", 16), html.Span(said)], className="hw-form-error", role="alert") if said else None,
            _field("Email address", "email", "text", "username"),
            _field("Password", "password", "password", "current-password"),
            dcc.Input(type="hidden", name="csrf", value=forms.csrf_token()),
            dcc.Input(type="hidden", name="next", value=following if isinstance(following, str) else "/"),
            html.Button("Sign in", type="submit", className="hw-button hw-primary hw-large"),
            html.P("No account, or a lost password? Whoever runs this installation can help.",
                   className="hw-quiet hw-fine"),
        ],
        method="POST",
        action="/auth/sign-in",
        id="sign-in",
    )  # fmt: skip


def _picture() -> Component:
    """A drawn page with heat on it; decoration."""
    lines = [html.I(className=f"hw-art-{part}") for part in ("bar", "hero", "button", "a", "b", "c", "wide")]
    heat = [html.I(className=f"hw-heat hw-heat-{number}") for number in range(1, 7)]
    claims: tuple[tuple[IconName, str], ...] = (
        ("heatmap", "Heatmaps that sit on the element, at any width"),
        ("funnel", "Funnels that lead to who dropped off"),
        ("recording", "Recordings that look like the page did"),
    )
    return html.Div(
        [
            html.Div([*lines, *heat], className="hw-art", **aria(hidden="true")),
            html.Ul([html.Li([icon(picture, 18), html.Span(text)]) for picture, text in claims]),
        ],
        className="hw-sign-in-picture",
    )
