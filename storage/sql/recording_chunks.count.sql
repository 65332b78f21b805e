-- Counts a batch's chunks in their recordings, which are to be packed (again) with them; primary key of recordings.
INSERT INTO recordings AS r (project_id, session_id, day, started_at, ended_at, chunks, events, bytes, raw_bytes)
SELECT project_id, session_id, min(day),
       'epoch'::timestamptz + min(first_ms) * interval '1 millisecond',
       'epoch'::timestamptz + max(last_ms) * interval '1 millisecond',
       count(*), sum(events), sum(bytes), sum(raw_bytes)
FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(bytes)s::integer[], %(raw_bytes)s::integer[],
    %(events)s::integer[], %(first_ms)s::bigint[], %(last_ms)s::bigint[]
) AS b (project_id, day, session_id, bytes, raw_bytes, events, first_ms, last_ms)
GROUP BY project_id, session_id
ON CONFLICT (project_id, session_id) DO UPDATE SET
    started_at = least(r.started_at, excluded.started_at),
    ended_at = greatest(r.ended_at, excluded.ended_at),
    chunks = r.chunks + excluded.chunks,
    events = r.events + excluded.events,
    bytes = r.bytes + excluded.bytes,
    raw_bytes = r.raw_bytes + excluded.raw_bytes,
    packed_at = NULL
