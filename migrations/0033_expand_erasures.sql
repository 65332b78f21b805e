-- expand: visitors and users whose data is removed everywhere: what was asked, how far it is, and the receipt.
-- locks: none on existing tables · on 10 M rows: nothing to touch · undo: DROP TABLE erasures
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- kind: visitor or user. state: asked → draining (waits until what was on its way is committed) → sweeping → done.
-- subject, visitor_ids and sessions (id → days) name whom it is about until it is done; from then on only the hashes do:
-- sha256(salt || id). Requests that arrived before asked_at and still turn up are known by them and dropped.
-- barrier: the last entry of each shard's stream when it was asked for.
CREATE TABLE erasures (
    project_id bigint NOT NULL,
    erasure_id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind IN ('visitor', 'user')),
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'draining', 'sweeping', 'done')),
    subject text,
    visitor_ids uuid[] NOT NULL DEFAULT '{}',
    sessions jsonb NOT NULL DEFAULT '{}',
    salt bytea NOT NULL,
    subject_hash bytea NOT NULL,
    visitor_hashes bytea[] NOT NULL DEFAULT '{}',
    asked_by bigint,
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    barrier jsonb,
    log_rewrite boolean NOT NULL DEFAULT false,
    trouble text NOT NULL DEFAULT '',
    found_before jsonb,
    removed jsonb NOT NULL DEFAULT '{}',
    found_after jsonb,
    PRIMARY KEY (project_id, erasure_id)
);
CREATE INDEX erasures_under_way ON erasures (erasure_id) WHERE state <> 'done';
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON erasures TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON erasures TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON erasures TO heatwake_worker, heatwake_app;
