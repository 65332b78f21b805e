-- Sites with their rules and their projects' quotas, for the collector's door; unique index on site_key.
SELECT s.site_key, s.project_id, s.site_id, s.origins, s.enabled, s.record,
       s.sample_rate, s.filter_bots, s.keep_do_not_track, s.requests_per_second, s.client_sessions_per_minute,
       s.consent, s.privacy,
       p.sessions_per_day, p.sessions_per_month, p.events_per_month
FROM sites s JOIN projects p ON p.project_id = s.project_id
WHERE s.site_key = ANY (%(keys)s::text[])
