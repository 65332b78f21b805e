-- What has been counted of the given page views; primary key.
SELECT k.n, v.page_id, v.viewport_w, v.events_seq, v.events_ahead, v.recording_seq, v.recording_ahead
FROM unnest(%(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[])
    WITH ORDINALITY AS k (project_id, day, session_id, page_view_id, n)
JOIN page_views v
  ON v.project_id = k.project_id AND v.day = k.day AND v.session_id = k.session_id AND v.page_view_id = k.page_view_id
 AND v.day BETWEEN %(first)s AND %(last)s
