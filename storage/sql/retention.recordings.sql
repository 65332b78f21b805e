-- Removes the rows of these sessions' recordings, and tells their sessions so; primary keys. Gives what was removed by kind.
WITH loose AS (
    DELETE FROM recording_chunks
    WHERE project_id = %(project_id)s AND day = %(day)s AND session_id = ANY (%(ids)s)
), whole AS (
    DELETE FROM recordings WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s) RETURNING chunks, bytes
), told AS (
    UPDATE sessions SET recording_bytes = 0, recording_events = 0
    WHERE project_id = %(project_id)s AND day = %(day)s AND session_id = ANY (%(ids)s)
)
SELECT 'chunks', coalesce(sum(chunks), 0)::bigint FROM whole
UNION ALL SELECT 'recording_bytes', coalesce(sum(bytes), 0)::bigint FROM whole
UNION ALL SELECT 'recordings', count(*)::bigint FROM whole
