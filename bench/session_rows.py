"""Sessions of the last 30 days written into the table itself: a million in minutes, for which the stream needs hours.

Values are spread as on a site of some size: few browsers, ten countries, hundreds of pages, one session in
a hundred with a rage click, one in twenty of a user that the site has named.
"""

from __future__ import annotations

from typing import Final

from bench.report import Say
from bench.stack import Stack
from storage.postgres import Database

DAYS: Final = 30

_FILL: Final = """
INSERT INTO sessions (
    project_id, day, session_id, visitor_id, started_at, ended_at, seen_at, closed_at, page_views, clicks, rage_clicks,
    dead_clicks, error_clicks, events, entry_address, exit_address, device, browser, os, country, language, screen_w,
    referrer_host, utm_source, utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events
)
SELECT %(project_id)s, (at AT TIME ZONE 'UTC')::date, gen_random_uuid(), gen_random_uuid(), at,
       at + (power(random(), 4) * 3600 + 1) * interval '1 second', at, at, 1 + (power(random(), 3) * 20)::integer,
       (power(random(), 3) * 40)::integer, (random() < 0.01)::integer, (random() < 0.03)::integer,
       (random() < 0.005)::integer, (power(random(), 4) * 30)::integer,
       'shop.example/products/' || (power(random(), 3) * 400)::integer,
       'shop.example/'
           || (ARRAY['cart', 'checkout', 'thanks', 'products/7', 'products/19', 'help'])[1 + floor(random() * 6)],
       1 + floor(power(random(), 2) * 3)::integer,
       (ARRAY['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera'])[1 + floor(power(random(), 2) * 5)],
       (ARRAY['Windows', 'macOS', 'Android', 'iOS', 'Linux'])[1 + floor(random() * 5)],
       (ARRAY['DE', 'US', 'FR', 'GB', 'BR', 'IN', 'JP', 'NL', 'SE', 'IS'])[1 + floor(power(random(), 2) * 10)],
       'en', 1280,
       (ARRAY['', 'search.example', 'news.example', 'mail.example', 'forum.example'])[
           1 + floor(power(random(), 2) * 5)
       ],
       u.source, CASE WHEN u.source = '' THEN '' ELSE 'email' END, CASE WHEN u.source = '' THEN '' ELSE 'autumn' END,
       CASE WHEN u.named THEN 'user-' || floor(random() * 20000)::integer ELSE '' END,
       CASE WHEN u.named THEN jsonb_build_object(
           'plan', (ARRAY['free', 'team', 'enterprise'])[1 + floor(power(random(), 3) * 3)]
       ) ELSE '{}' END,
       u.recorded * 40000, u.recorded * 200
FROM generate_series(1, %(sessions)s) AS g (n)
CROSS JOIN LATERAL (
    SELECT now() - (random() + 0 * g.n) * %(days)s * interval '1 day' AS at,
           CASE WHEN random() < 0.02 THEN 'letter' ELSE '' END AS source,
           random() < 0.05 AS named, (random() < 0.5)::integer AS recorded
) AS u
"""


def fill(stack: Stack, sessions: int, say: Say) -> None:
    """Write so many sessions of the demo project, and have Postgres look at them as it does by itself in time."""
    owner = Database(stack.settings, "owner", size=1)
    with owner.transaction() as connection:
        connection.execute("SELECT ensure_partitions(current_date - %s, current_date + 1)", (DAYS + 1,))
        connection.execute(_FILL, {"project_id": int(stack.project["project_id"]), "sessions": sessions, "days": DAYS})
    say(f"wrote {sessions:,} sessions of {DAYS} days into the table")
    with owner.transaction() as connection:
        connection.execute("ANALYZE sessions")
