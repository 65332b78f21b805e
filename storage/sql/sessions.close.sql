-- Closes sessions that were silent for long enough, those that began first; index sessions_open. A row that a batch is
-- writing is left for the next time: a worker must not wait for this, nor this for it.
UPDATE sessions s SET closed_at = now()
FROM (
    SELECT project_id, day, session_id FROM sessions
    WHERE closed_at IS NULL
      AND started_at < now() - %(idle_ms)s * interval '1 millisecond'
      AND coalesce(seen_at, ended_at) < now() - %(idle_ms)s * interval '1 millisecond'
    ORDER BY started_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
) AS due
WHERE s.project_id = due.project_id AND s.day = due.day AND s.session_id = due.session_id
