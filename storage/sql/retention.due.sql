-- The oldest day of which a project keeps something longer than it wants to; primary keys and recordings_by_day. Recordings go
-- before the sessions that they belong to.
SELECT p.project_id, d.what, d.day
FROM projects p, LATERAL (
    SELECT 'recordings' AS what, min(day) AS day, 1 AS turn FROM recordings
    WHERE project_id = p.project_id AND day < %(today)s - least(p.recordings_days, p.facts_days)
    UNION ALL
    SELECT 'facts', min(day), 2 FROM (
        SELECT min(day) AS day FROM sessions WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
        UNION ALL SELECT min(day) FROM fact_days WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
        UNION ALL SELECT min(day) FROM fact_deltas WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
        UNION ALL SELECT min(day) FROM heat_batches WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
        UNION ALL SELECT min(day) FROM heat_deltas WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
        UNION ALL SELECT min(day) FROM heat_days WHERE project_id = p.project_id AND day < %(today)s - p.facts_days
    ) AS all_days
) AS d
WHERE (p.recordings_days IS NOT NULL OR p.facts_days IS NOT NULL) AND d.day IS NOT NULL
  AND (%(project_id)s::bigint IS NULL OR p.project_id = %(project_id)s)
ORDER BY p.project_id, d.turn, d.day LIMIT 1
