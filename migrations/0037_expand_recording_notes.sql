-- expand: notes that people write on moments of recordings.
-- locks: share row exclusive on projects and users for the foreign keys, both small · on 10 M rows: nothing to touch
-- undo: DROP TABLE recording_notes
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- at_ms: since the recording's beginning. author NULL: an API key wrote it, or its author is no longer there.
CREATE TABLE recording_notes (
    project_id bigint NOT NULL REFERENCES projects,
    session_id uuid NOT NULL,
    note_id bigint GENERATED ALWAYS AS IDENTITY,
    at_ms integer NOT NULL,
    text text NOT NULL,
    tag text NOT NULL DEFAULT '',
    author bigint REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, session_id, note_id)
);

ALTER TABLE recording_notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON recording_notes TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON recording_notes TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON recording_notes TO heatwake_worker, heatwake_app;
