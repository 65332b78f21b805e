-- Sessions that begin in a batch; primary key.
INSERT INTO sessions (
    project_id, day, session_id, visitor_id, started_at, ended_at, seen_at, page_views, clicks,
    rage_clicks, dead_clicks, error_clicks, events, entry_page_id, entry_address, exit_page_id, exit_address, device, browser, os, country, language, screen_w, referrer_host,
    utm_source, utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events, skew_ms,
    entry_at, exit_at
)
SELECT b.project_id, b.day, b.session_id, b.visitor_id,
       'epoch'::timestamptz + b.started_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.ended_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.seen_ms * interval '1 millisecond',
       b.page_views, b.clicks, b.rage_clicks, b.dead_clicks, b.error_clicks, b.events, b.entry_page_id, b.entry_address, b.exit_page_id, b.exit_address,
       b.device, b.browser, b.os, b.country, b.language, b.screen_w, b.referrer_host, b.utm_source, b.utm_medium, b.utm_campaign,
       b.user_ref, b.traits, b.recording_bytes, b.recording_events, b.skew_ms,
       'epoch'::timestamptz + b.entry_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.exit_ms * interval '1 millisecond'
FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(visitor_id)s::uuid[],
    %(started_ms)s::bigint[], %(ended_ms)s::bigint[], %(seen_ms)s::bigint[], %(page_views)s::integer[],
    %(clicks)s::integer[], %(rage_clicks)s::integer[], %(dead_clicks)s::integer[], %(error_clicks)s::integer[],
    %(events)s::integer[], %(entry_page_id)s::bigint[], %(entry_address)s::text[],
    %(exit_page_id)s::bigint[], %(exit_address)s::text[], %(device)s::smallint[], %(browser)s::text[], %(os)s::text[], %(country)s::text[],
    %(language)s::text[], %(screen_w)s::integer[], %(referrer_host)s::text[], %(utm_source)s::text[],
    %(utm_medium)s::text[], %(utm_campaign)s::text[], %(user_ref)s::text[], %(traits)s::jsonb[],
    %(recording_bytes)s::bigint[], %(recording_events)s::integer[], %(skew_ms)s::bigint[], %(entry_ms)s::bigint[],
    %(exit_ms)s::bigint[]
) AS b (
    project_id, day, session_id, visitor_id, started_ms, ended_ms, seen_ms, page_views, clicks, rage_clicks,
    dead_clicks, error_clicks, events, entry_page_id, entry_address, exit_page_id, exit_address, device, browser, os, country, language, screen_w, referrer_host, utm_source,
    utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events, skew_ms, entry_ms, exit_ms
)
