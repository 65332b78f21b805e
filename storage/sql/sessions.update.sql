-- What a batch with page events or an identity adds to sessions of a day; primary key. What a session began with follows
-- its earliest page event, the exit its latest.
UPDATE sessions s SET
    started_at = least(s.started_at, 'epoch'::timestamptz + b.started_ms * interval '1 millisecond'),
    ended_at = greatest(s.ended_at, 'epoch'::timestamptz + b.ended_ms * interval '1 millisecond'),
    seen_at = greatest(s.seen_at, 'epoch'::timestamptz + b.seen_ms * interval '1 millisecond'),
    closed_at = NULL,
    page_views = s.page_views + b.page_views,
    clicks = s.clicks + b.clicks,
    rage_clicks = s.rage_clicks + b.rage_clicks,
    dead_clicks = s.dead_clicks + b.dead_clicks,
    error_clicks = s.error_clicks + b.error_clicks,
    events = s.events + b.events,
    recording_bytes = s.recording_bytes + b.recording_bytes,
    recording_events = s.recording_events + b.recording_events,
    skew_ms = b.skew_ms,
    user_ref = CASE WHEN b.user_ref = '' THEN s.user_ref ELSE b.user_ref END,
    traits = CASE WHEN b.traits = '{}' THEN s.traits ELSE s.traits || b.traits END,
    exit_page_id = CASE WHEN e.exit_at >= coalesce(s.exit_at, '-infinity') THEN b.exit_page_id ELSE s.exit_page_id END,
    exit_address = CASE WHEN e.exit_at >= coalesce(s.exit_at, '-infinity') THEN b.exit_address ELSE s.exit_address END,
    entry_page_id = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.entry_page_id ELSE s.entry_page_id END,
    entry_address = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.entry_address ELSE s.entry_address END,
    language = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.language ELSE s.language END,
    screen_w = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.screen_w ELSE s.screen_w END,
    referrer_host = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.referrer_host ELSE s.referrer_host END,
    utm_source = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.utm_source ELSE s.utm_source END,
    utm_medium = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.utm_medium ELSE s.utm_medium END,
    utm_campaign = CASE WHEN e.entry_at < coalesce(s.entry_at, 'infinity') THEN b.utm_campaign ELSE s.utm_campaign END,
    entry_at = least(s.entry_at, e.entry_at),
    exit_at = greatest(s.exit_at, e.exit_at)
FROM unnest(
    %(project_id)s::bigint[], %(session_id)s::uuid[],
    %(started_ms)s::bigint[], %(ended_ms)s::bigint[], %(seen_ms)s::bigint[], %(page_views)s::integer[],
    %(clicks)s::integer[], %(rage_clicks)s::integer[], %(dead_clicks)s::integer[], %(error_clicks)s::integer[],
    %(events)s::integer[], %(entry_page_id)s::bigint[], %(entry_address)s::text[],
    %(exit_page_id)s::bigint[], %(exit_address)s::text[], %(language)s::text[], %(screen_w)s::integer[],
    %(referrer_host)s::text[], %(utm_source)s::text[], %(utm_medium)s::text[], %(utm_campaign)s::text[],
    %(user_ref)s::text[], %(traits)s::jsonb[], %(recording_bytes)s::bigint[], %(recording_events)s::integer[],
    %(skew_ms)s::bigint[], %(entry_ms)s::bigint[], %(exit_ms)s::bigint[]
) AS b (
    project_id, session_id, started_ms, ended_ms, seen_ms, page_views, clicks, rage_clicks, dead_clicks,
    error_clicks, events, entry_page_id,
    entry_address, exit_page_id, exit_address, language, screen_w, referrer_host, utm_source,
    utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events, skew_ms, entry_ms, exit_ms
)
CROSS JOIN LATERAL (
    SELECT 'epoch'::timestamptz + b.entry_ms * interval '1 millisecond',
           'epoch'::timestamptz + b.exit_ms * interval '1 millisecond'
) AS e (entry_at, exit_at)
WHERE s.project_id = b.project_id AND s.day = %(day)s AND s.session_id = b.session_id
