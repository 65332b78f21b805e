-- Adds to what a day has lost; primary key.
INSERT INTO retention_days (project_id, what, day, sessions, page_views, recordings, chunks, recording_bytes, facts)
VALUES (%(project_id)s, %(what)s, %(day)s, %(sessions)s, %(page_views)s, %(recordings)s, %(chunks)s, %(recording_bytes)s, %(facts)s)
ON CONFLICT (project_id, what, day) DO UPDATE SET
    removed_at = now(),
    sessions = retention_days.sessions + excluded.sessions,
    page_views = retention_days.page_views + excluded.page_views,
    recordings = retention_days.recordings + excluded.recordings,
    chunks = retention_days.chunks + excluded.chunks,
    recording_bytes = retention_days.recording_bytes + excluded.recording_bytes,
    facts = retention_days.facts + excluded.facts
