-- What projects have used of their quotas: the day's sessions, up to the quota, and whether the month's events reach theirs;
-- primary keys of sessions and ledger.
SELECT p.project_id,
       CASE WHEN p.sessions_per_day > 0 THEN (
           SELECT count(*) FROM (
               SELECT FROM sessions s WHERE s.project_id = p.project_id AND s.day = %(day)s LIMIT p.sessions_per_day
           ) AS counted
       ) ELSE 0 END,
       CASE WHEN p.events_per_month > 0 THEN (
           SELECT coalesce(sum(l.events), 0) >= p.events_per_month FROM ledger l
           WHERE l.project_id = p.project_id AND l.hour >= %(month)s AND l.reason = 'accepted'
       ) ELSE false END
FROM projects p
WHERE p.project_id = ANY (%(projects)s::bigint[])
