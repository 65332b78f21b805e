-- Adds what became of a batch's requests; primary key.
INSERT INTO ledger AS l (project_id, hour, reason, requests, events, bytes)
SELECT project_id, to_timestamp(hour_s), reason, requests, events, bytes
FROM unnest(
    %(project_id)s::bigint[], %(hour_s)s::bigint[], %(reason)s::text[],
    %(requests)s::bigint[], %(events)s::bigint[], %(bytes)s::bigint[]
) AS b (project_id, hour_s, reason, requests, events, bytes)
ORDER BY project_id, hour_s, reason
ON CONFLICT (project_id, hour, reason) DO UPDATE
SET requests = l.requests + excluded.requests, events = l.events + excluded.events, bytes = l.bytes + excluded.bytes
