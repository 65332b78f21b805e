-- expand: closed recordings as one pack each; long strings and dictionaries that a site's packs share.
-- locks: access exclusive on recordings, nothing is rewritten; share while the index is made, workers wait and their streams hold what comes
-- on 10 M rows: some seconds
-- undo: DROP TABLE recording_strings, recording_dictionaries; DROP INDEX recordings_unpacked; ALTER TABLE recordings DROP COLUMN packed_at, DROP COLUMN pack, DROP COLUMN contents
SET lock_timeout = '2s';
SET statement_timeout = '300s';

-- pack: which of the session's packs holds it (its blob's name), 0 while it has none; contents: storage.recording_pack.Contents as JSON.
-- packed_at is null while chunks lie beside the pack, or there is none yet.
ALTER TABLE recordings
    ADD COLUMN packed_at timestamptz,
    ADD COLUMN pack integer NOT NULL DEFAULT 0,
    ADD COLUMN contents jsonb;
-- Concurrently it could be made in no transaction, and each file is one.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX recordings_unpacked ON recordings (ended_at) WHERE packed_at IS NULL;

-- hash: SHA-256 of the string's bytes as they stand in the recordings' JSON, 40 hex digits; uses: recordings that name it.
CREATE TABLE recording_strings (
    project_id bigint NOT NULL,
    hash text NOT NULL,
    raw_bytes integer NOT NULL,
    bytes integer NOT NULL,
    uses integer NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, hash)
);
CREATE INDEX recording_strings_unused ON recording_strings (used_at) WHERE uses = 0;

-- hash: of the dictionary's content; uses: recordings that are packed with it.
CREATE TABLE recording_dictionaries (
    project_id bigint NOT NULL,
    hash text NOT NULL,
    raw_bytes integer NOT NULL,
    bytes integer NOT NULL,
    uses integer NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, hash)
);

ALTER TABLE recording_strings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON recording_strings TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON recording_strings TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE recording_dictionaries ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON recording_dictionaries TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON recording_dictionaries TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON recording_strings, recording_dictionaries TO heatwake_worker, heatwake_app;
