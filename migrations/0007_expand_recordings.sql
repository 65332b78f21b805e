-- expand: recordings, their chunks in the blob store, and the latest full snapshot of each page.
-- locks: none on existing tables · undo: DROP TABLE page_snapshots, recording_chunks, recordings
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE TABLE recordings (
    project_id bigint NOT NULL,
    session_id uuid NOT NULL,
    day date NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    chunks integer NOT NULL DEFAULT 0,
    events integer NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    raw_bytes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, session_id)
);
CREATE INDEX recordings_by_day ON recordings (project_id, day);

-- first_ms, last_ms: unix time of the chunk's events, corrected by the visitor's clock skew (skew_ms was added).
CREATE TABLE recording_chunks (
    project_id bigint NOT NULL,
    day date NOT NULL,
    session_id uuid NOT NULL,
    page_view_id bigint NOT NULL,
    seq integer NOT NULL,
    blob_key text NOT NULL,
    bytes integer NOT NULL,
    raw_bytes integer NOT NULL,
    events integer NOT NULL,
    first_ms bigint NOT NULL,
    last_ms bigint NOT NULL,
    skew_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, day, session_id, page_view_id, seq)
) PARTITION BY RANGE (day);

-- hash: content address of the rrweb full snapshot in the blob store.
CREATE TABLE page_snapshots (
    project_id bigint NOT NULL,
    page_id bigint NOT NULL,
    device smallint NOT NULL,
    hash text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    captured_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, page_id, device)
);
