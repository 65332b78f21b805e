-- expand: which workers are alive, so that they can share the shards; the clock skew that a session's times were corrected by.
-- locks: access exclusive on sessions for an instant (a column without a default) · on 10 M rows: nothing to rewrite
-- undo: DROP TABLE workers; ALTER TABLE sessions DROP COLUMN skew_ms
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE TABLE workers (
    worker text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO heatwake_worker;
GRANT SELECT ON workers TO heatwake_app;

-- One correction a session, so that its interactions and the chunks of its recording keep their order.
ALTER TABLE sessions ADD COLUMN skew_ms bigint;

COMMENT ON COLUMN page_views.events_ahead IS 'Ranges of counted numbers above events_seq: first, past, first, past, … ascending.';
COMMENT ON COLUMN page_views.recording_ahead IS 'As events_ahead, of the recording channel.';
