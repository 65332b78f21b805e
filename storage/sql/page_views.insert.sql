-- Page views that begin in a batch; primary key.
INSERT INTO page_views (
    project_id, day, session_id, page_view_id, page_id, url, title, referrer, device, started_at, ended_at,
    viewport_w, viewport_h, document_h, scroll_pct, clicks, events_seq, events_ahead, recording_seq, recording_ahead
)
SELECT b.project_id, b.day, b.session_id, b.page_view_id, b.page_id, b.url, b.title, b.referrer, b.device,
       'epoch'::timestamptz + b.started_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.ended_ms * interval '1 millisecond',
       b.viewport_w, b.viewport_h, b.document_h, b.scroll_pct, b.clicks,
       b.events_seq, coalesce(b.events_ahead::integer[], '{}'), b.recording_seq, coalesce(b.recording_ahead::integer[], '{}')
FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[],
    %(page_id)s::bigint[], %(url)s::text[], %(title)s::text[], %(referrer)s::text[], %(device)s::smallint[],
    %(started_ms)s::bigint[], %(ended_ms)s::bigint[], %(viewport_w)s::integer[], %(viewport_h)s::integer[],
    %(document_h)s::integer[], %(scroll_pct)s::smallint[], %(clicks)s::integer[], %(events_seq)s::integer[],
    %(events_ahead)s::text[], %(recording_seq)s::integer[], %(recording_ahead)s::text[]
) AS b (
    project_id, day, session_id, page_view_id, page_id, url, title, referrer, device, started_ms, ended_ms,
    viewport_w, viewport_h, document_h, scroll_pct, clicks, events_seq, events_ahead, recording_seq, recording_ahead
)
