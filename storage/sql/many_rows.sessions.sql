-- Made-up sessions of the last `days` days, all closed, spread over projects; for measuring with a full house.
INSERT INTO sessions (
    project_id, day, session_id, visitor_id, started_at, ended_at, seen_at, closed_at, page_views, clicks, events,
    entry_address, exit_address, device, browser, os, language, screen_w, referrer_host, skew_ms
)
SELECT p.project_ids[1 + n %% cardinality(p.project_ids)],
       (now() AT TIME ZONE 'UTC')::date - n %% %(days)s, gen_random_uuid(), gen_random_uuid(), t.at, t.at + interval '9 minutes',
       t.at + interval '9 minutes', t.at + interval '40 minutes', 3, 6, 3,
       'shop.example/products/' || n %% 200, 'shop.example/products/' || n %% 190, 1 + n %% 3, 'Chrome', 'Android', 'en', 1440,
       'search.example', 0
FROM generate_series(1, %(sessions)s) AS n
CROSS JOIN (SELECT %(projects)s::bigint[]) AS p (project_ids)
CROSS JOIN LATERAL (
    SELECT greatest(date_trunc('day', now(), 'UTC'), now() - interval '1 hour') - (n %% %(days)s) * interval '1 day' - n * interval '1 ms'
) AS t (at)
