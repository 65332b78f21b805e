-- What a batch without page events adds to sessions of a day; primary key. Few columns, for it is the commonest of all.
UPDATE sessions s SET
    started_at = least(s.started_at, 'epoch'::timestamptz + b.started_ms * interval '1 millisecond'),
    ended_at = greatest(s.ended_at, 'epoch'::timestamptz + b.ended_ms * interval '1 millisecond'),
    seen_at = greatest(s.seen_at, 'epoch'::timestamptz + b.seen_ms * interval '1 millisecond'),
    closed_at = NULL,
    clicks = s.clicks + b.clicks,
    events = s.events + b.events,
    recording_bytes = s.recording_bytes + b.recording_bytes,
    recording_events = s.recording_events + b.recording_events,
    skew_ms = b.skew_ms
FROM unnest(
    %(project_id)s::bigint[], %(session_id)s::uuid[], %(started_ms)s::bigint[], %(ended_ms)s::bigint[],
    %(seen_ms)s::bigint[], %(clicks)s::integer[], %(events)s::integer[], %(recording_bytes)s::bigint[],
    %(recording_events)s::integer[], %(skew_ms)s::bigint[]
) AS b (
    project_id, session_id, started_ms, ended_ms, seen_ms, clicks, events, recording_bytes, recording_events, skew_ms
)
WHERE s.project_id = b.project_id AND s.day = %(day)s AND s.session_id = b.session_id
