-- Totals of a period's sessions; partitions by day, index sessions_by_start.
SELECT count(*) AS sessions,
       count(DISTINCT visitor_id) AS visitors,
       coalesce(sum(page_views), 0) AS page_views,
       coalesce(sum(clicks), 0) AS clicks,
       count(*) FILTER (WHERE recording_events > 0) AS recordings,
       count(*) FILTER (WHERE page_views <= 1 AND clicks = 0) AS bounced,
       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at) * 1000), 0)
           AS median_duration_ms
FROM sessions
WHERE project_id = %(project_id)s
  AND day BETWEEN %(first_day)s AND %(last_day)s
  AND started_at >= %(start)s AND started_at < %(end)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
