-- expand: the ledger counts events too, and what the door itself says that came in, to hold the outcomes against.
-- locks: access exclusive on ledger for an instant, nothing is rewritten · on 10 M rows: the same · undo: DROP TABLE ledger_received; ALTER TABLE ledger DROP COLUMN events
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- 0 where nobody has looked into the body.
ALTER TABLE ledger ADD COLUMN events bigint NOT NULL DEFAULT 0;

-- Counted by the door, not from the records: received = the sum of the ledger's outcomes (docs/api.md, "The ledger").
CREATE TABLE ledger_received (
    project_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, hour)
);

ALTER TABLE ledger_received ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON ledger_received TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON ledger_received TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_received TO heatwake_worker, heatwake_app;
