"""Where a session came from: the referring host and the campaign, read from its first page event."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

LONGEST: Final = 200
# An address of the usual form, without a name or password before its host: the others are left to urlsplit.
_USUAL: Final = re.compile(r"https?://([A-Za-z0-9.-]+)(?::\d+)?(?:[/?#]|$)")


class Campaign(NamedTuple):
    """utm_source, utm_medium, utm_campaign of the entry address; empty where there are none."""

    source: str
    medium: str
    campaign: str


NO_CAMPAIGN: Final = Campaign("", "", "")


def campaign(url: str) -> Campaign:
    """The campaign that an address names."""
    if "utm_" not in url:
        return NO_CAMPAIGN
    query = url.partition("#")[0].partition("?")[2]
    try:
        found = dict(parse_qsl(query, max_num_fields=100))
    except ValueError:
        return NO_CAMPAIGN
    return Campaign(*(_clean(found.get(f"utm_{name}", "")) for name in Campaign._fields))


def referrer_host(referrer: str, url: str) -> str:
    """The host that the visitor came from; empty for none and for the site's own pages."""
    if not referrer:
        return ""
    host = _host(referrer)
    return "" if host == _host(url) else host


def _host(url: str) -> str:
    usual = _USUAL.match(url)
    if usual:
        return usual[1].lower()[:LONGEST]
    try:
        return _clean(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _clean(text: str) -> str:
    """Without the character that no column takes, and not longer than a column of a list can show."""
    return text.replace("\0", "")[:LONGEST]
