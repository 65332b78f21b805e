"""The rail: project switcher, sections, who is signed in; on phones a drawer, with a bar below for the main ones."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.shell.aria import aria
from dashboard.shell.icons import IconName, icon
from dashboard.shell.menus import menu
from dashboard.shell.navigation import SECTIONS, Section
from dashboard.shell.who import AccountChoice, Who


def _section(section: Section, place: str) -> dcc.Link:
    """A link whose address `shell.frame` (assets/shell.js) keeps at the view that is looked at."""
    return dcc.Link(
        [icon(section.icon, 18), html.Span(section.name)],
        id={"shell": place, "to": section.path},
        href=section.path,
        className="hw-rail-link",
    )


def _account(account: AccountChoice) -> Component:
    projects = [
        dcc.Link(
            [html.Span(project.name, className="hw-choice-name"), icon("check", 16, "hw-choice-check")],
            id={"shell": "project", "to": str(project.project_id)},
            href=f"/?p={project.project_id}",
            className="hw-choice",
        )
        for project in account.projects
    ]
    name = f"Shared with me · {account.name}" if account.shared else account.name
    return html.Div([html.Div(name, className="hw-menu-label"), *projects], role="group", **aria(label=name))


def switcher(who: Who) -> Component:
    """Account and project at the top left; opens the list of all that can be seen."""
    button = [
        html.Span(className="hw-mark", **aria(hidden="true")),
        html.Span(
            [
                html.Span("Heatwake", id="hw-account", className="hw-switch-account"),
                html.Span("Choose a project", id="hw-project", className="hw-switch-project"),
            ],
            className="hw-switch-names",
        ),
        icon("chevron-down", 16),
    ]
    new = dcc.Link([icon("plus", 16), "New project"], href="/settings/new-project", className="hw-choice hw-choice-new")
    shared = dcc.Link([icon("share", 16), "Shared with me"], href="/shared", className="hw-choice")
    panel = html.Div([_account(account) for account in who.accounts], className="hw-choices")
    return menu(button, [panel, shared, new], "Switch account or project", "hw-switcher", id="hw-switcher")


def _theme() -> Component:
    choices: tuple[tuple[str, IconName, str], ...] = (
        ("light", "sun", "Light"),
        ("dark", "moon", "Dark"),
        ("auto", "system", "System"),
    )
    return html.Div(
        [
            html.Button(
                [icon(picture, 16), html.Span(name)],
                type="button",
                className="hw-segment",
                **{"data-theme-choice": choice},  # type: ignore[arg-type]
                **aria(pressed="false"),
            )
            for choice, picture, name in choices
        ],
        className="hw-segments hw-theme",
        role="group",
        **aria(label="Theme"),
    )


def user_menu(who: Who) -> Component:
    """The signed-in user with theme and sign-out."""
    button = [
        html.Span(who.initials, className="hw-avatar", **aria(hidden="true")),
        html.Span(
            [html.Span(who.name or who.email.partition("@")[0]), html.Span(who.email, className="hw-quiet")],
            className="hw-user-names",
        ),
        icon("chevron-down", 16),
    ]
    sign_out = html.Form(
        html.Button([icon("sign-out", 16), "Sign out"], type="submit", className="hw-choice", id="hw-sign-out"),
        method="POST",
        action="/auth/sign-out",
    )
    return menu(
        button, [html.Div("Theme", className="hw-menu-label"), _theme(), sign_out], "You", "hw-user", id="hw-user"
    )


def rail(who: Who) -> Component:
    """The whole rail."""
    shown = [section for section in SECTIONS if who.operator or not section.operators]
    return html.Aside(
        [
            switcher(who),
            html.Nav([_section(section, "rail") for section in shown], className="hw-rail-links", **aria(label="Main")),
            html.Div(user_menu(who), className="hw-rail-foot"),
        ],
        id="hw-rail",
        className="hw-rail",
    )


def bottom_bar() -> Component:
    """The phone's bar: the sections that are for a quick look, and the rest behind "More"."""
    more = html.Button(
        [icon("menu", 18), html.Span("More")],
        type="button",
        id="hw-more",
        className="hw-rail-link",
        **aria(controls="hw-rail", expanded="false"),
    )
    links = [_section(section, "bar") for section in SECTIONS if section.bar]
    return html.Nav([*links, more], className="hw-bottom-bar", **aria(label="Main sections"))
