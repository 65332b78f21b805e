-- Sessions, page views and clicks by step of time, empty steps included; index sessions_by_start.
SELECT step.at, count(s.session_id), coalesce(sum(s.page_views), 0), coalesce(sum(s.clicks), 0)
FROM generate_series(%(start)s::timestamptz, %(end)s::timestamptz - interval '1 microsecond', %(step)s::interval) AS step(at)
LEFT JOIN sessions s
  ON s.project_id = %(project_id)s
 AND s.day BETWEEN %(first_day)s AND %(last_day)s
 AND s.started_at >= %(start)s AND s.started_at < %(end)s
 AND date_bin(%(step)s::interval, s.started_at, %(start)s::timestamptz) = step.at
 AND (%(device)s::smallint IS NULL OR s.device = %(device)s::smallint)
GROUP BY step.at
ORDER BY step.at
