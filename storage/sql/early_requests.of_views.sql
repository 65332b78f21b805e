-- The early requests of page views; primary key.
SELECT e.project_id, e.day::text, replace(e.session_id::text, '-', ''), e.page_view_id, e.seq, e.device, e.received_ms, e.skew_ms, e.body
FROM unnest(%(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[])
    AS k (project_id, day, session_id, page_view_id)
JOIN early_requests e
  ON e.project_id = k.project_id AND e.day = k.day AND e.session_id = k.session_id AND e.page_view_id = k.page_view_id
ORDER BY e.project_id, e.session_id, e.page_view_id, e.seq
LIMIT %(limit)s
