-- What a batch adds to page views; primary key. The counted numbers are whole, since one worker at a time holds them.
INSERT INTO page_views AS v (
    project_id, day, session_id, page_view_id, page_id, url, title, referrer, device, started_at, ended_at,
    viewport_w, viewport_h, document_h, scroll_pct, clicks, events_seq, events_ahead, recording_seq, recording_ahead
)
SELECT b.project_id, b.day, b.session_id, b.page_view_id, b.page_id, b.url, b.title, b.referrer, b.device,
       'epoch'::timestamptz + b.started_ms * interval '1 millisecond',
       'epoch'::timestamptz + b.ended_ms * interval '1 millisecond',
       b.viewport_w, b.viewport_h, b.document_h, b.scroll_pct, b.clicks,
       b.events_seq, b.events_ahead::integer[], b.recording_seq, b.recording_ahead::integer[]
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
ON CONFLICT (project_id, day, session_id, page_view_id) DO UPDATE SET
    page_id = coalesce(v.page_id, excluded.page_id),
    url = CASE WHEN v.page_id IS NULL THEN excluded.url ELSE v.url END,
    title = CASE WHEN v.page_id IS NULL THEN excluded.title ELSE v.title END,
    referrer = CASE WHEN v.page_id IS NULL THEN excluded.referrer ELSE v.referrer END,
    viewport_w = CASE WHEN v.page_id IS NULL THEN excluded.viewport_w ELSE v.viewport_w END,
    viewport_h = CASE WHEN v.page_id IS NULL THEN excluded.viewport_h ELSE v.viewport_h END,
    started_at = least(v.started_at, excluded.started_at),
    ended_at = greatest(v.ended_at, excluded.ended_at),
    document_h = CASE WHEN excluded.document_h > 0 THEN excluded.document_h ELSE v.document_h END,
    scroll_pct = greatest(v.scroll_pct, excluded.scroll_pct),
    clicks = v.clicks + excluded.clicks,
    events_seq = excluded.events_seq,
    events_ahead = excluded.events_ahead,
    recording_seq = excluded.recording_seq,
    recording_ahead = excluded.recording_ahead
