-- The given sessions whole; primary key.
SELECT s.*
FROM unnest(%(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[]) AS k (project_id, day, session_id)
JOIN sessions s ON s.project_id = k.project_id AND s.day = k.day AND s.session_id = k.session_id
