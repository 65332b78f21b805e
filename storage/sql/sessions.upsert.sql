-- Add a session's document or replace it; what is not part of a document (page ids) stays; primary key.
INSERT INTO sessions (
    project_id, day, session_id, visitor_id, started_at, ended_at, page_views, clicks, rage_clicks,
    dead_clicks, error_clicks, events, entry_address, exit_address, device, browser, os, country, language, screen_w, referrer_host, utm_source, utm_medium,
    utm_campaign, user_ref, traits, recording_bytes, recording_events
) VALUES (
    %(project_id)s, %(day)s, %(session_id)s, %(visitor_id)s, %(started_at)s, %(ended_at)s, %(page_views)s, %(clicks)s,
    %(rage_clicks)s, %(dead_clicks)s, %(error_clicks)s, %(events)s, %(entry_address)s, %(exit_address)s, %(device)s, %(browser)s, %(os)s, %(country)s, %(language)s,
    %(screen_w)s, %(referrer_host)s, %(utm_source)s, %(utm_medium)s, %(utm_campaign)s, %(user_ref)s, %(traits)s,
    %(recording_bytes)s, %(recording_events)s
)
ON CONFLICT (project_id, day, session_id) DO UPDATE SET
    visitor_id = excluded.visitor_id,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at,
    page_views = excluded.page_views,
    clicks = excluded.clicks,
    rage_clicks = excluded.rage_clicks,
    dead_clicks = excluded.dead_clicks,
    error_clicks = excluded.error_clicks,
    events = excluded.events,
    entry_address = excluded.entry_address,
    exit_address = excluded.exit_address,
    device = excluded.device,
    browser = excluded.browser,
    os = excluded.os,
    country = excluded.country,
    language = excluded.language,
    screen_w = excluded.screen_w,
    referrer_host = excluded.referrer_host,
    utm_source = excluded.utm_source,
    utm_medium = excluded.utm_medium,
    utm_campaign = excluded.utm_campaign,
    user_ref = excluded.user_ref,
    traits = excluded.traits,
    recording_bytes = excluded.recording_bytes,
    recording_events = excluded.recording_events
