-- expand: heat points of a batch, one packed value a project and day, spread over the pages' deltas later.
-- locks: access exclusive on heat_deltas, heat_days, fact_deltas and fact_days for an instant · undo: DROP TABLE heat_batches
-- (after storage.heat_batches.spread for each of its days); ALTER TABLE … ALTER COLUMN … SET STORAGE EXTENDED
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- points: packed by storage.heat_batches.pack_batch; rows: how many.
CREATE TABLE heat_batches (
    project_id bigint NOT NULL,
    day date NOT NULL,
    batch_id bigint GENERATED ALWAYS AS IDENTITY,
    rows integer NOT NULL,
    points bytea NOT NULL,
    PRIMARY KEY (project_id, day, batch_id)
);
ALTER TABLE heat_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON heat_batches TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON heat_batches TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON heat_batches TO heatwake_worker, heatwake_app;

-- What is packed already is not worth a second try.
ALTER TABLE heat_batches ALTER COLUMN points SET STORAGE EXTERNAL;
ALTER TABLE heat_days ALTER COLUMN points SET STORAGE EXTERNAL;
ALTER TABLE fact_deltas ALTER COLUMN facts SET STORAGE EXTERNAL;
ALTER TABLE fact_days ALTER COLUMN facts SET STORAGE EXTERNAL;
