-- One page of the session list; index sessions_by_start for newest and oldest, other orders sort what matches.
SELECT s.project_id, s.day, s.session_id, s.visitor_id, s.started_at, s.ended_at, s.page_views, s.clicks,
       s.rage_clicks, s.dead_clicks, s.error_clicks, s.events, s.entry_address, s.exit_address, s.device, s.browser, s.os, s.country, s.language, s.screen_w, s.referrer_host,
       s.utm_source, s.utm_medium, s.utm_campaign, s.user_ref, s.traits, s.recording_bytes, s.recording_events
FROM sessions s
WHERE /*matching*/
  /*beyond*/
ORDER BY /*order*/
LIMIT %(limit)s
