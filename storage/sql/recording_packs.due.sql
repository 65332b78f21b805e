-- Recordings of closed sessions that are not packed, those that ended first; index recordings_unpacked.
SELECT r.project_id, r.session_id, r.day, r.pack, r.contents, s.visitor_id::text
FROM recordings r
JOIN sessions s ON s.project_id = r.project_id AND s.day = r.day AND s.session_id = r.session_id
WHERE r.packed_at IS NULL AND r.ended_at < now() - %(idle_ms)s * interval '1 millisecond' AND s.closed_at IS NOT NULL
ORDER BY r.ended_at LIMIT %(limit)s
