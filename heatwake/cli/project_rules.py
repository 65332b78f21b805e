"""`heatwake project rules`: what a project's sites ask of their visitors' requests, and what it may take in."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from typing import Any, Final

from heatwake.cli.errors import CommandError
from heatwake.settings import Settings
from storage import quotas, sites
from storage.cache import open_cache
from storage.postgres import Connection, Database
from storage.quotas import Limits
from storage.site_rules import CONSENT, PRIVACY, BadRule, SiteRules, change_rules
from storage.sites import SiteRow, cache_key

NONE: Final = "none"
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "--site": {"metavar": "KEY", "help": "only this site of the project; else all of them"},
    "--sample": {"type": float, "metavar": "PERCENT", "help": "the share of sessions that is kept, 0 to 100"},
    "--bots": {"choices": ("filter", "keep"), "help": "requests of crawlers, previews, monitors"},
    "--do-not-track": {"choices": ("keep", "ignore"), "help": "what visitors' browsers say by DNT and GPC"},
    "--consent": {"choices": CONSENT, "help": "what a visitor must have agreed to before it is done"},
    "--privacy": {"choices": PRIVACY, "help": "what of a page is masked before it is sent"},
    "--requests-per-second": {"metavar": "N", "help": "of a site; none for no limit"},
    "--client-sessions": {"metavar": "N", "help": "that one client may begin in a minute; none for no limit"},
    "--sessions-per-day": {"metavar": "N", "help": "of the project; none for no limit"},
    "--sessions-per-month": {"metavar": "N", "help": "of the project; none for no limit"},
    "--events-per-month": {"metavar": "N", "help": "of the project; none for no limit"},
}


def add(group: Any) -> None:
    """Add `project rules` to the group's parsers."""
    rules = group.add_parser("rules", help="what a project's sites take in: sampling, bots, do-not-track, limits")
    rules.add_argument("id", type=int, metavar="ID", help="the project's id")
    for name, about in OPTIONS.items():
        rules.add_argument(name, **about)
    rules.add_argument("--json", action="store_true", help="as one JSON object")
    rules.set_defaults(run=run)


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Change what is asked for, then show all of it."""
    with Database(settings, "owner", size=1).transaction() as connection:
        old = quotas.limits(connection, asked.id)
        found = sites.sites(connection, asked.id)
        chosen = [site for site in found if asked.site in (None, site.site_key)]
        if old is None or not chosen:
            raise CommandError(f"There is no such site in project {asked.id}; `heatwake project list` shows all.")
        limits = _limits(old, asked)
        try:
            if limits != old:
                quotas.change_limits(connection, asked.id, limits)
            rules = {site.site_key: _change(connection, asked, site) for site in chosen}
        except BadRule as error:
            raise CommandError(str(error)) from error
    cache = open_cache(settings)
    for site in found:
        cache.delete(cache_key(site.site_key))
    _show(asked, limits, rules)
    return 0


def _change(connection: Connection, asked: argparse.Namespace, site: SiteRow) -> SiteRules:
    """The site's rules, as they are from now on."""
    changes: dict[str, Any] = {}
    if asked.sample is not None:
        changes["sample_rate"] = asked.sample / 100
    if asked.bots:
        changes["filter_bots"] = asked.bots == "filter"
    if asked.do_not_track:
        changes["keep_do_not_track"] = asked.do_not_track == "keep"
    if asked.consent:
        changes["consent"] = asked.consent
    if asked.privacy:
        changes["privacy"] = asked.privacy
    if asked.requests_per_second is not None:
        changes["requests_per_second"] = _limit(asked.requests_per_second)
    if asked.client_sessions is not None:
        changes["client_sessions_per_minute"] = _limit(asked.client_sessions)
    rules = replace(site.rules, **changes)
    if changes:
        change_rules(connection, asked.id, site.site_id, rules)
    return rules


def _limits(old: Limits, asked: argparse.Namespace) -> Limits:
    def changed(kept: int | None, text: str | None) -> int | None:
        return kept if text is None else _limit(text)

    return Limits(
        changed(old.sessions_per_day, asked.sessions_per_day),
        changed(old.events_per_month, asked.events_per_month),
        changed(old.sessions_per_month, asked.sessions_per_month),
    )


def _limit(text: str) -> int | None:
    """A number, or None for `none`. Raises CommandError."""
    if text == NONE:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no limit; it is a number, or `none`.") from error


def _show(asked: argparse.Namespace, limits: Limits, rules: dict[str, SiteRules]) -> None:
    if asked.json:
        print(json.dumps({"project_id": asked.id, **asdict(limits), "sites": {k: asdict(v) for k, v in rules.items()}}))
        return
    print(f"Project {asked.id}  sessions a day {_said(limits.sessions_per_day)}", end="")
    print(f" · a month {_said(limits.sessions_per_month)} · events a month {_said(limits.events_per_month)}")
    for key, one in rules.items():
        print(f"  {key}  keeps {one.sample_rate * 100:g} % of sessions", end="")
        print(f" · bots {'filtered' if one.filter_bots else 'kept'}", end="")
        print(f" · do-not-track {'kept to' if one.keep_do_not_track else 'ignored'}", end="")
        print(f" · consent {one.consent} · privacy {one.privacy}", end="")
        print(f" · requests a second {_said(one.requests_per_second)}", end="")
        print(f" · sessions a client and minute {_said(one.client_sessions_per_minute)}")


def _said(limit: int | None) -> str:
    return "unlimited" if limit is None else f"{limit:,}"
