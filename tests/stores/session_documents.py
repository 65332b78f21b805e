"""Session documents for the tests of the session index, and what a filter lets through, said in plain Python."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

from storage.session_index import SessionDoc, SessionFilter

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
WHOLE = SessionFilter(start=NOON - dt.timedelta(days=40), end=NOON + dt.timedelta(days=10))


def doc(project_id: int, **changes: Any) -> SessionDoc:
    """A session of ten seconds at NOON."""
    started_at = changes.pop("started_at", NOON)
    plain: dict[str, Any] = {
        "project_id": project_id,
        "day": started_at.date(),
        "session_id": uuid.uuid4(),
        "visitor_id": uuid.uuid4(),
        "started_at": started_at,
        "ended_at": started_at + dt.timedelta(seconds=10),
        "page_views": 1,
    }
    return SessionDoc(**(plain | changes))


def many(project_id: int, number: int, seed: int = 1) -> list[SessionDoc]:
    """Sessions over seven weeks, two months at least, with many ties in everything that lists are sorted by."""
    draw = random.Random(seed)
    found = []
    for _ in range(number):
        started_at = NOON - dt.timedelta(hours=draw.randrange(-9, 38) * 24, microseconds=draw.choice([0, 1, 999_999]))
        host = draw.choice(["shop.example", "www.shop.example"])
        recorded = draw.random() < 0.6
        found.append(
            doc(
                project_id,
                started_at=started_at,
                ended_at=started_at + dt.timedelta(seconds=draw.randrange(6), microseconds=draw.choice([0, 7])),
                page_views=draw.randrange(4),
                clicks=draw.randrange(4),
                rage_clicks=draw.randrange(2),
                dead_clicks=draw.randrange(3),
                error_clicks=draw.randrange(2),
                events=draw.randrange(50),
                entry_address=f"{host}/{draw.choice(['', 'Products', 'cart', 'a_b', '50%', 'ä*?'])}",
                exit_address=f"{host}/{draw.choice(['checkout', 'thanks', 'products/7'])}",
                device=draw.choice(["desktop", "tablet", "mobile"]),
                browser=draw.choice(["Firefox", "Chrome", "Safari", ""]),
                os=draw.choice(["Linux", "Windows", "iOS"]),
                country=draw.choice(["DE", "FR", "", "BR"]),
                language=draw.choice(["de", "pt-BR"]),
                screen_w=draw.choice([390, 1920]),
                referrer_host=draw.choice(["", *(f"site{number}.example" for number in range(14))]),
                utm_source=draw.choice(["", "letter", "Letter"]),
                utm_medium=draw.choice(["", "email"]),
                utm_campaign=draw.choice(["", "autumn"]),
                user_ref=draw.choice(["", "", "user-1", "user-2"]),
                traits=draw.choice(
                    [{}, {"plan": "team"}, {"plan": "Team", "seats": 12}, {"seats": 12.0, "paid": True}]
                ),
                recording_bytes=5_000 if recorded else 0,
                recording_events=draw.randrange(1, 90) if recorded else 0,
            )
        )
    return found


def lets_through(where: SessionFilter, one: SessionDoc) -> bool:
    """Whether `where` holds for the document."""
    lists = [
        (where.devices, one.device),
        (where.browsers, one.browser),
        (where.oses, one.os),
        (where.countries, one.country),
        (where.referrer_hosts, one.referrer_host),
        (where.utm_sources, one.utm_source),
        (where.utm_mediums, one.utm_medium),
        (where.utm_campaigns, one.utm_campaign),
    ]
    addresses = (one.entry_address.lower(), one.exit_address.lower())
    return (
        where.start <= one.started_at < where.end
        and all(not wanted or value in wanted for wanted, value in lists)
        and (not where.user_ref or one.user_ref == where.user_ref)
        and all(_written(one.traits.get(name)) == text for name, text in where.traits.items())
        and where.entry.lower() in addresses[0]
        and where.exit.lower() in addresses[1]
        and any(where.page.lower() in address for address in addresses)
        and one.ended_at - one.started_at >= dt.timedelta(milliseconds=where.min_duration_ms)
        and (
            not where.max_duration_ms
            or one.ended_at - one.started_at <= dt.timedelta(milliseconds=where.max_duration_ms)
        )
        and one.page_views >= where.min_page_views
        and one.clicks >= where.min_clicks
        and one.rage_clicks >= where.min_rage_clicks
        and one.dead_clicks >= where.min_dead_clicks
        and one.error_clicks >= where.min_error_clicks
        and one.events >= where.min_events
        and where.recorded in (None, one.recording_events > 0)
        and (where.session_ids is None or one.session_id in where.session_ids)
        and one.session_id not in where.without_ids
    )


def _written(value: Any) -> str:
    """A trait's value as a person writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
