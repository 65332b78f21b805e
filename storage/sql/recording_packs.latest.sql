-- A project's packed recordings of the last days, those that ended last first; index recordings_by_day.
SELECT r.project_id, r.session_id, r.day, r.pack, r.contents, s.visitor_id::text
FROM recordings r
JOIN sessions s ON s.project_id = r.project_id AND s.day = r.day AND s.session_id = r.session_id
WHERE r.project_id = %(project)s AND r.day >= current_date - 7 AND r.contents IS NOT NULL
ORDER BY r.day DESC, r.ended_at DESC LIMIT %(limit)s
