-- What projects have used of their quotas: the day's sessions, up to the larger quota, whether the month's events reach theirs,
-- and the month's sessions before today, up to theirs, with those that were removed since; primary keys of sessions, ledger,
-- retention_days.
SELECT p.project_id,
       CASE WHEN p.sessions_per_day > 0 OR p.sessions_per_month > 0 THEN (
           SELECT count(*) FROM (
               SELECT FROM sessions s WHERE s.project_id = p.project_id AND s.day = %(day)s
               LIMIT greatest(p.sessions_per_day, p.sessions_per_month)
           ) AS counted
       ) ELSE 0 END,
       CASE WHEN p.events_per_month > 0 THEN (
           SELECT coalesce(sum(l.events), 0) >= p.events_per_month FROM ledger l
           WHERE l.project_id = p.project_id AND l.hour >= %(month)s AND l.reason = 'accepted'
       ) ELSE false END,
       CASE WHEN p.sessions_per_month > 0 THEN least(p.sessions_per_month, (
           SELECT count(*) FROM (
               SELECT FROM sessions s
               WHERE s.project_id = p.project_id AND s.day >= %(month)s::date AND s.day < %(day)s
               LIMIT p.sessions_per_month
           ) AS counted
       ) + (
           SELECT coalesce(sum(r.sessions), 0)::bigint FROM retention_days r
           WHERE r.project_id = p.project_id AND r.what = 'facts' AND r.day >= %(month)s::date AND r.day < %(day)s
       )) ELSE 0 END
FROM projects p
WHERE p.project_id = ANY (%(projects)s::bigint[])
