-- Which day the given sessions lie in, their clock correction, when they were last seen, and on what device; index
-- sessions_by_id.
SELECT k.n, s.day::text, s.skew_ms, (extract(epoch FROM coalesce(s.seen_at, s.ended_at)) * 1000)::bigint, s.continuations,
    s.device
FROM unnest(%(projects)s::bigint[], %(sessions)s::uuid[]) WITH ORDINALITY AS k (project_id, session_id, n)
JOIN sessions s
  ON s.project_id = k.project_id AND s.session_id = k.session_id AND s.day BETWEEN %(first)s AND %(last)s
ORDER BY k.n, s.day
