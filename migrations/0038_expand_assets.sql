-- expand: what recorded pages show (pictures, fonts, stylesheets): each address once a project, and what lay there when.
-- locks: access exclusive on recording_chunks and its partitions and on page_snapshots for an instant, nothing is rewritten
-- · on 10 M rows: the same
-- undo: DROP TABLE asset_versions, assets; ALTER TABLE recording_chunks DROP COLUMN assets; ALTER TABLE page_snapshots DROP COLUMN assets
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- address_hash: the first 8 bytes of the address' SHA-256. named_on: the last day on which a recording named it. due_at:
-- when it is fetched next; NULL: not until it is named again. asked_at: since when the present fetch is wanted.
-- missing: why there is nothing of it (storage.assets.MISSING); empty while that is not known, or when there is.
CREATE TABLE assets (
    project_id bigint NOT NULL,
    address_hash bigint NOT NULL,
    address text NOT NULL,
    named_on date NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    checked_at timestamptz,
    missing text NOT NULL DEFAULT '',
    etag text NOT NULL DEFAULT '',
    modified text NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, address_hash)
);
CREATE INDEX assets_due ON assets (due_at) WHERE due_at IS NOT NULL;

-- content: the blob assets/<project>/<content>, named by its SHA-256 and kind. uses: contents that a stylesheet names;
-- lacks: "reason address" of what it names and is not there.
CREATE TABLE asset_versions (
    project_id bigint NOT NULL,
    address_hash bigint NOT NULL,
    since timestamptz NOT NULL,
    content text NOT NULL,
    bytes integer NOT NULL,
    uses text[] NOT NULL DEFAULT '{}',
    lacks text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (project_id, address_hash, since)
);

ALTER TABLE recording_chunks ADD COLUMN assets bigint[];
ALTER TABLE page_snapshots ADD COLUMN assets bigint[];

ALTER TABLE assets ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON assets TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON assets TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE asset_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON asset_versions TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON asset_versions TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON assets, asset_versions TO heatwake_worker, heatwake_app;
