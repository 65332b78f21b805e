-- The strings of each project that several recordings have named lately, those first that would be most bytes to send; primary key.
SELECT p.project_id, s.hash
FROM unnest(%(projects)s::bigint[]) AS p (project_id)
CROSS JOIN LATERAL (
    SELECT hash FROM recording_strings
    WHERE project_id = p.project_id AND uses >= 3 AND used_at > now() - interval '7 days'
    ORDER BY used_at > now() - interval '1 day' DESC, raw_bytes::bigint * uses DESC, hash
    LIMIT %(limit)s
) AS s
