-- What a batch adds to sessions; primary key. What a session began with follows its earliest page event, the exit its latest.
INSERT INTO sessions AS s (
    project_id, day, session_id, visitor_id, started_at, ended_at, page_views, clicks, events,
    entry_page_id, entry_address, exit_page_id, exit_address, device, browser, os, language, screen_w, referrer_host,
    utm_source, utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events, skew_ms,
    entry_at, exit_at
)
SELECT b.project_id, b.day, b.session_id, b.visitor_id,
       'epoch'::timestamptz + b.started_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.ended_ms * interval '1 millisecond',
       b.page_views, b.clicks, b.events, b.entry_page_id, b.entry_address, b.exit_page_id, b.exit_address,
       b.device, b.browser, b.os, b.language, b.screen_w, b.referrer_host, b.utm_source, b.utm_medium, b.utm_campaign,
       b.user_ref, b.traits, b.recording_bytes, b.recording_events, b.skew_ms,
       'epoch'::timestamptz + b.entry_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.exit_ms * interval '1 millisecond'
FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(visitor_id)s::uuid[],
    %(started_ms)s::bigint[], %(ended_ms)s::bigint[], %(page_views)s::integer[], %(clicks)s::integer[],
    %(events)s::integer[], %(entry_page_id)s::bigint[], %(entry_address)s::text[], %(exit_page_id)s::bigint[],
    %(exit_address)s::text[], %(device)s::smallint[], %(browser)s::text[], %(os)s::text[], %(language)s::text[],
    %(screen_w)s::integer[], %(referrer_host)s::text[], %(utm_source)s::text[], %(utm_medium)s::text[],
    %(utm_campaign)s::text[], %(user_ref)s::text[], %(traits)s::jsonb[], %(recording_bytes)s::bigint[],
    %(recording_events)s::integer[], %(skew_ms)s::bigint[], %(entry_ms)s::bigint[], %(exit_ms)s::bigint[]
) AS b (
    project_id, day, session_id, visitor_id, started_ms, ended_ms, page_views, clicks, events,
    entry_page_id, entry_address, exit_page_id, exit_address, device, browser, os, language, screen_w, referrer_host,
    utm_source, utm_medium, utm_campaign, user_ref, traits, recording_bytes, recording_events, skew_ms,
    entry_ms, exit_ms
)
ON CONFLICT (project_id, day, session_id) DO UPDATE SET
    started_at = least(s.started_at, excluded.started_at),
    ended_at = greatest(s.ended_at, excluded.ended_at),
    page_views = s.page_views + excluded.page_views,
    clicks = s.clicks + excluded.clicks,
    events = s.events + excluded.events,
    recording_bytes = s.recording_bytes + excluded.recording_bytes,
    recording_events = s.recording_events + excluded.recording_events,
    skew_ms = excluded.skew_ms,
    user_ref = CASE WHEN excluded.user_ref = '' THEN s.user_ref ELSE excluded.user_ref END,
    -- A page that makes up new keys all the time fills no row.
    traits = CASE WHEN excluded.traits = '{}' OR octet_length(s.traits::text) > 65536 THEN s.traits
        ELSE s.traits || excluded.traits END,
    exit_page_id = CASE WHEN excluded.exit_at >= coalesce(s.exit_at, '-infinity')
        THEN excluded.exit_page_id ELSE s.exit_page_id END,
    exit_address = CASE WHEN excluded.exit_at >= coalesce(s.exit_at, '-infinity')
        THEN excluded.exit_address ELSE s.exit_address END,
    entry_page_id = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.entry_page_id ELSE s.entry_page_id END,
    entry_address = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.entry_address ELSE s.entry_address END,
    language = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.language ELSE s.language END,
    screen_w = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.screen_w ELSE s.screen_w END,
    referrer_host = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.referrer_host ELSE s.referrer_host END,
    utm_source = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.utm_source ELSE s.utm_source END,
    utm_medium = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.utm_medium ELSE s.utm_medium END,
    utm_campaign = CASE WHEN excluded.entry_at < coalesce(s.entry_at, 'infinity')
        THEN excluded.utm_campaign ELSE s.utm_campaign END,
    entry_at = least(s.entry_at, excluded.entry_at),
    exit_at = greatest(s.exit_at, excluded.exit_at)
