-- Adds the oldest batches' counts to the lines; primary keys. Rows are taken in order of their key.
WITH taken AS (
    DELETE FROM ledger_batches
    WHERE batch_id IN (SELECT batch_id FROM ledger_batches ORDER BY batch_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING hour, reason, projects, requests, events, bytes
), added AS MATERIALIZED (
    SELECT l.project_id, t.hour, t.reason, sum(l.requests)::bigint AS requests, sum(l.events)::bigint AS events,
           sum(l.bytes)::bigint AS bytes
    FROM taken t, unnest(t.projects, t.requests, t.events, t.bytes) AS l (project_id, requests, events, bytes)
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
), outcomes AS (
    INSERT INTO ledger AS l (project_id, hour, reason, requests, events, bytes)
    SELECT project_id, hour, reason, requests, events, bytes FROM added WHERE reason <> 'received'
    ON CONFLICT (project_id, hour, reason) DO UPDATE
    SET requests = l.requests + excluded.requests, events = l.events + excluded.events, bytes = l.bytes + excluded.bytes
), arrivals AS (
    INSERT INTO ledger_received AS l (project_id, hour, requests, bytes)
    SELECT project_id, hour, requests, bytes FROM added WHERE reason = 'received'
    ON CONFLICT (project_id, hour) DO UPDATE
    SET requests = l.requests + excluded.requests, bytes = l.bytes + excluded.bytes
)
SELECT count(*) FROM taken
