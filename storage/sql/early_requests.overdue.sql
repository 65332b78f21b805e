-- Early requests whose page event has not come; the whole table, which holds an hour of rare cases.
SELECT project_id, day::text, replace(session_id::text, '-', ''), page_view_id, seq, device, received_ms, skew_ms, body
FROM early_requests WHERE received_ms < %(before_ms)s ORDER BY received_ms LIMIT %(limit)s
