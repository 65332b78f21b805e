-- Condition of every statement on the session list; index sessions_by_start, partitions by day.
s.project_id = %(project_id)s
  AND s.day BETWEEN %(first_day)s AND %(last_day)s
  AND s.started_at >= %(start)s AND s.started_at < %(end)s
  AND (%(devices)s::smallint[] IS NULL OR s.device = ANY (%(devices)s::smallint[]))
  AND (%(browsers)s::text[] IS NULL OR s.browser = ANY (%(browsers)s::text[]))
  AND (%(oses)s::text[] IS NULL OR s.os = ANY (%(oses)s::text[]))
  AND (%(countries)s::text[] IS NULL OR s.country = ANY (%(countries)s::text[]))
  AND (%(referrer_hosts)s::text[] IS NULL OR s.referrer_host = ANY (%(referrer_hosts)s::text[]))
  AND (%(utm_sources)s::text[] IS NULL OR s.utm_source = ANY (%(utm_sources)s::text[]))
  AND (%(utm_mediums)s::text[] IS NULL OR s.utm_medium = ANY (%(utm_mediums)s::text[]))
  AND (%(utm_campaigns)s::text[] IS NULL OR s.utm_campaign = ANY (%(utm_campaigns)s::text[]))
  AND (%(user_ref)s::text IS NULL OR s.user_ref = %(user_ref)s::text)
  AND (%(page)s::text IS NULL OR position(%(page)s::text IN lower(s.entry_address COLLATE "C")) > 0
       OR position(%(page)s::text IN lower(s.exit_address COLLATE "C")) > 0)
  AND (%(entry)s::text IS NULL OR position(%(entry)s::text IN lower(s.entry_address COLLATE "C")) > 0)
  AND (%(exit)s::text IS NULL OR position(%(exit)s::text IN lower(s.exit_address COLLATE "C")) > 0)
  AND (%(max_duration)s::interval IS NULL OR s.ended_at - s.started_at <= %(max_duration)s::interval)
  AND (%(min_duration)s::interval IS NULL OR s.ended_at - s.started_at >= %(min_duration)s::interval)
  AND (%(min_page_views)s::integer IS NULL OR s.page_views >= %(min_page_views)s::integer)
  AND (%(min_clicks)s::integer IS NULL OR s.clicks >= %(min_clicks)s::integer)
  AND (%(min_rage_clicks)s::integer IS NULL OR s.rage_clicks >= %(min_rage_clicks)s::integer)
  AND (%(min_dead_clicks)s::integer IS NULL OR s.dead_clicks >= %(min_dead_clicks)s::integer)
  AND (%(min_error_clicks)s::integer IS NULL OR s.error_clicks >= %(min_error_clicks)s::integer)
  AND (%(min_events)s::integer IS NULL OR s.events >= %(min_events)s::integer)
  AND (%(recorded)s::boolean IS NULL OR (s.recording_events > 0) = %(recorded)s::boolean)
  AND (%(session_ids)s::uuid[] IS NULL OR s.session_id = ANY (%(session_ids)s::uuid[]))
  AND (%(without_ids)s::uuid[] IS NULL OR s.session_id <> ALL (%(without_ids)s::uuid[]))
