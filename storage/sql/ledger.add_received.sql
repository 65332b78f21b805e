-- Adds what the door says that came in; primary key.
INSERT INTO ledger_received AS l (project_id, hour, requests, bytes)
SELECT project_id, to_timestamp(hour_s), requests, bytes
FROM unnest(%(project_id)s::bigint[], %(hour_s)s::bigint[], %(requests)s::bigint[], %(bytes)s::bigint[])
    AS b (project_id, hour_s, requests, bytes)
ORDER BY project_id, hour_s
ON CONFLICT (project_id, hour) DO UPDATE SET requests = l.requests + excluded.requests, bytes = l.bytes + excluded.bytes
