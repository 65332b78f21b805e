-- expand: what people keep about recordings: which they have watched, tags, saved segments of the list, playlists.
-- locks: share row exclusive on projects and users for the foreign keys, small tables · on 10 M rows: an instant
-- undo: DROP TABLE playlist_recordings, playlists, saved_segments, recording_tags, watched_recordings
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- A member has watched a session's recording; removed with the session.
CREATE TABLE watched_recordings (
    project_id bigint NOT NULL,
    user_id bigint NOT NULL REFERENCES users,
    session_id uuid NOT NULL,
    watched_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, user_id, session_id)
);
CREATE INDEX watched_recordings_by_session ON watched_recordings (project_id, session_id);

CREATE TABLE recording_tags (
    project_id bigint NOT NULL,
    tag text NOT NULL,
    session_id uuid NOT NULL,
    tagged_by bigint REFERENCES users,
    tagged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, tag, session_id)
);
CREATE INDEX recording_tags_by_session ON recording_tags (project_id, session_id);

-- query: the conditions as the dashboard's addresses have them, without project and period.
CREATE TABLE saved_segments (
    project_id bigint NOT NULL REFERENCES projects,
    segment_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    query text NOT NULL,
    created_by bigint REFERENCES users,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, segment_id),
    UNIQUE (project_id, name)
);

CREATE TABLE playlists (
    project_id bigint NOT NULL REFERENCES projects,
    playlist_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    created_by bigint REFERENCES users,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, playlist_id),
    UNIQUE (project_id, name)
);

-- place: from 1; a recording that is taken out leaves a gap.
CREATE TABLE playlist_recordings (
    project_id bigint NOT NULL,
    playlist_id bigint NOT NULL,
    session_id uuid NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (project_id, playlist_id, session_id),
    FOREIGN KEY (project_id, playlist_id) REFERENCES playlists ON DELETE CASCADE
);
CREATE INDEX playlist_recordings_by_session ON playlist_recordings (project_id, session_id);

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'watched_recordings', 'recording_tags', 'saved_segments', 'playlists', 'playlist_recordings'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY worker_all ON %I TO heatwake_worker USING (true) WITH CHECK (true)', kept);
        EXECUTE format(
            'CREATE POLICY app_visible ON %I TO heatwake_app'
            ' USING (project_id = ANY ((SELECT visible_projects())::bigint[]))'
            ' WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]))', kept);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO heatwake_worker, heatwake_app', kept);
    END LOOP;
END
$$;
