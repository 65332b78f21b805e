-- The newest pictures of pages; primary key of page_snapshots.
INSERT INTO page_snapshots AS s (project_id, page_id, device, hash, width, height, captured_at, assets)
SELECT project_id, page_id, device, hash, width, height, 'epoch'::timestamptz + captured_ms * interval '1 millisecond',
    nullif(assets, '')::bigint[]
FROM unnest(
    %(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[], %(hash)s::text[],
    %(width)s::integer[], %(height)s::integer[], %(captured_ms)s::bigint[], %(assets)s::text[]
) AS b (project_id, page_id, device, hash, width, height, captured_ms, assets)
ORDER BY project_id, page_id, device
ON CONFLICT (project_id, page_id, device) DO UPDATE
SET hash = excluded.hash, width = excluded.width, height = excluded.height, captured_at = excluded.captured_at,
    assets = excluded.assets
WHERE s.captured_at <= excluded.captured_at
