-- Adds a batch's chunks; primary key of recording_chunks.
INSERT INTO recording_chunks (
    project_id, day, session_id, page_view_id, seq, blob_key, bytes, raw_bytes, events, first_ms, last_ms, skew_ms,
    gaps, full_snapshots, masking, assets
)
SELECT project_id, day, session_id, page_view_id, seq, blob_key, bytes, raw_bytes, events, first_ms, last_ms, skew_ms,
    gaps, full_snapshots, masking, nullif(assets, '')::bigint[]
FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[], %(seq)s::integer[],
    %(blob_key)s::text[], %(bytes)s::integer[], %(raw_bytes)s::integer[], %(events)s::integer[],
    %(first_ms)s::bigint[], %(last_ms)s::bigint[], %(skew_ms)s::bigint[],
    %(gaps)s::text[], %(full_snapshots)s::text[], %(masking)s::text[], %(assets)s::text[]
) AS c (
    project_id, day, session_id, page_view_id, seq, blob_key, bytes, raw_bytes, events, first_ms, last_ms, skew_ms,
    gaps, full_snapshots, masking, assets
)
