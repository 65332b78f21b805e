-- Removes early requests; primary key.
DELETE FROM early_requests e
USING unnest(%(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[], %(seq)s::integer[])
    AS k (project_id, day, session_id, page_view_id, seq)
WHERE e.project_id = k.project_id AND e.day = k.day AND e.session_id = k.session_id
  AND e.page_view_id = k.page_view_id AND e.seq = k.seq
