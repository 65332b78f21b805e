-- expand: the ledger's counts as batches bring them, one row an hour and reason for all projects, folded into lines later.
-- locks: none on existing tables · on 10 M rows: the same · undo: DROP VIEW ledger_now, ledger_received_now, ledger_waiting;
-- DROP TABLE ledger_batches (after storage.ledger.fold until it gives 0)
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- reason: storage.ledger.REASONS, or 'received' for what the door counted. The arrays go together, one place a project.
CREATE TABLE ledger_batches (
    batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hour timestamptz NOT NULL,
    reason text NOT NULL,
    projects bigint[] NOT NULL,
    requests bigint[] NOT NULL,
    events bigint[] NOT NULL,
    bytes bigint[] NOT NULL
);
-- They live for seconds: compressing them would cost more than it saves.
ALTER TABLE ledger_batches ALTER COLUMN projects SET STORAGE EXTERNAL, ALTER COLUMN requests SET STORAGE EXTERNAL,
    ALTER COLUMN events SET STORAGE EXTERNAL, ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE ledger_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON ledger_batches TO heatwake_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_batches TO heatwake_worker;

-- A row of the table is of all projects, so the app sees it through this, which shows it the projects that it may see.
CREATE VIEW ledger_waiting WITH (security_barrier) AS
SELECT l.project_id, b.hour, b.reason, l.requests, l.events, l.bytes
FROM ledger_batches b, unnest(b.projects, b.requests, b.events, b.bytes) AS l (project_id, requests, events, bytes)
WHERE current_user IN ('heatwake_worker', 'heatwake_owner')
   OR l.project_id = ANY ((SELECT visible_projects())::bigint[]);

-- Folded or not; several rows an hour and reason.
CREATE VIEW ledger_now WITH (security_invoker) AS
SELECT project_id, hour, reason, requests, events, bytes FROM ledger
UNION ALL
SELECT project_id, hour, reason, requests, events, bytes FROM ledger_waiting WHERE reason <> 'received';

CREATE VIEW ledger_received_now WITH (security_invoker) AS
SELECT project_id, hour, requests, bytes FROM ledger_received
UNION ALL
SELECT project_id, hour, requests, bytes FROM ledger_waiting WHERE reason = 'received';

GRANT SELECT ON ledger_waiting, ledger_now, ledger_received_now TO heatwake_worker, heatwake_app;
