"""Fields for what sites take in: a site's rules beside its origins, and the project's quotas."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.auth.access import Access
from dashboard.queries.site_rules import limits
from dashboard.settings.actions import button
from dashboard.shell.blocks import card
from storage.quotas import Limits
from storage.site_rules import SiteRules

NO_LIMIT: Final = "no limit"
SHARE, PER_SECOND, PER_CLIENT = "sample", "per_second", "per_client"
CONSENT_FIELD, PRIVACY_FIELD = "consent", "privacy"
CONSENT_WORDS: Final[tuple[dict[str, str], ...]] = (
    {"value": "none", "label": "Not asked for"},
    {"value": "storage", "label": "Before ids are kept"},
    {"value": "tracking", "label": "Before anything is sent"},
    {"value": "never_stored", "label": "No ids are kept, ever"},
)
PRIVACY_WORDS: Final[tuple[dict[str, str], ...]] = (
    {"value": "strict", "label": "Every text"},
    {"value": "normal", "label": "What looks personal"},
    {"value": "open", "label": "Only what is marked"},
)


def rule_switches(rules: SiteRules, known: dict[str, Any]) -> list[Component]:
    """What is either on or off; `known`: the site's part of the fields' ids."""
    return [
        dmc.Switch(id=known | {"site": "bots"}, checked=rules.filter_bots, label="Leaves out bots"),
        dmc.Switch(id=known | {"site": "dnt"}, checked=rules.keep_do_not_track, label="Keeps to Do Not Track and GPC"),
    ]


def rule_choices(rules: SiteRules, known: dict[str, Any]) -> Component:
    """What visitors are asked, and what is masked."""
    return html.Div(
        [
            dmc.Select(
                id=known | {"site": CONSENT_FIELD}, value=rules.consent, data=[*CONSENT_WORDS], allowDeselect=False,
                label="Consent", description="Given by heatwake('consent', true).",
            ),
            dmc.Select(
                id=known | {"site": PRIVACY_FIELD}, value=rules.privacy, data=[*PRIVACY_WORDS], allowDeselect=False,
                label="Masked in recordings", description="What is typed is, always.",
            ),
        ],
        className="hw-numbers",
    )  # fmt: skip


def rule_numbers(rules: SiteRules, known: dict[str, Any]) -> Component:
    """Sampling and rates."""
    return html.Div(
        [
            dmc.NumberInput(
                id=known | {"site": SHARE}, value=round(rules.sample_rate * 100, 4), min=0, max=100, suffix=" %",
                label="Sessions kept", description="Always the same ones, whole.",
            ),
            _limit(known | {"site": PER_SECOND}, rules.requests_per_second, "Requests a second",
                   "More are sent again later."),
            _limit(known | {"site": PER_CLIENT}, rules.client_sessions_per_minute, "New sessions a client and minute",
                   "From one network address."),
        ],
        className="hw-numbers",
    )  # fmt: skip


def limits_card(access: Access) -> Component:
    """What the project may take in; to look at for those who may not change it."""
    admin, found = access.allows("admin"), limits(access)
    return card(
        html.Div(
            [
                _limit("limit-sessions", found.sessions_per_day, "Sessions a day",
                       "Sessions that have begun go on; no other begins.", disabled=not admin),
                _limit("limit-month", found.sessions_per_month, "Sessions a month",
                       "Sessions that have begun go on; no other begins.", disabled=not admin),
                _limit("limit-events", found.events_per_month, "Events a month",
                       "Then nothing is taken in until the month ends.", disabled=not admin),
            ],
            className="hw-numbers",
        ),
        html.Div(button("Save limits", "limits-save"), className="hw-form-foot") if admin else None,
        title="Limits", note="days and months are UTC's; the ledger counts what is over as over_quota",
    )  # fmt: skip


def _limit(
    field: str | dict[str, Any], value: int | None, label: str, about: str, *, disabled: bool = False
) -> Component:
    return dmc.NumberInput(
        id=field, value="" if value is None else value, min=1, allowDecimal=False, allowNegative=False,
        thousandSeparator=" ", placeholder=NO_LIMIT, label=label, description=about, disabled=disabled,
    )  # fmt: skip


def number(value: Any) -> int | None:
    """What a field holds; None: it is empty."""
    return None if value in ("", None) else int(value)


def rules_of(
    share: Any, bots: bool | None, dnt: bool | None, per_second: Any, per_client: Any, consent: Any, privacy: Any
) -> SiteRules:
    """The rules that a site's fields hold."""
    kept = 1.0 if share in ("", None) else float(share) / 100
    return SiteRules(kept, bool(bots), bool(dnt), number(per_second), number(per_client), consent, privacy)


def limits_of(sessions_a_day: Any, sessions_a_month: Any, events_a_month: Any) -> Limits:
    """The quotas that the project's fields hold."""
    return Limits(number(sessions_a_day), number(events_a_month), number(sessions_a_month))
