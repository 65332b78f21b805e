-- What a batch adds to page views of a day that have had their page event; primary key. The counted numbers are whole.
UPDATE page_views v SET
    started_at = least(v.started_at, 'epoch'::timestamptz + b.started_ms * interval '1 millisecond'),
    ended_at = greatest(v.ended_at, 'epoch'::timestamptz + b.ended_ms * interval '1 millisecond'),
    document_h = CASE WHEN b.document_h > 0 THEN b.document_h ELSE v.document_h END,
    scroll_pct = greatest(v.scroll_pct, b.scroll_pct),
    clicks = v.clicks + b.clicks,
    events_seq = b.events_seq,
    events_ahead = coalesce(b.events_ahead::integer[], '{}'),
    recording_seq = b.recording_seq,
    recording_ahead = coalesce(b.recording_ahead::integer[], '{}')
FROM unnest(
    %(project_id)s::bigint[], %(session_id)s::uuid[], %(page_view_id)s::bigint[],
    %(started_ms)s::bigint[], %(ended_ms)s::bigint[],
    %(document_h)s::integer[], %(scroll_pct)s::smallint[], %(clicks)s::integer[], %(events_seq)s::integer[],
    %(events_ahead)s::text[], %(recording_seq)s::integer[], %(recording_ahead)s::text[]
) AS b (
    project_id, session_id, page_view_id, started_ms, ended_ms,
    document_h, scroll_pct, clicks, events_seq, events_ahead, recording_seq, recording_ahead
)
WHERE v.project_id = b.project_id AND v.day = %(day)s AND v.session_id = b.session_id AND v.page_view_id = b.page_view_id
