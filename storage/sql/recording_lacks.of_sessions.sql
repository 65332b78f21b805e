-- What recorded sessions lack, a row each; sessions_by_id and primary keys of page_views and recording_chunks.
WITH theirs AS (
    SELECT day, session_id FROM sessions
    WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s::uuid[]) AND recording_events > 0
), came AS (
    SELECT t.session_id, c.page_view_id, c.seq, c.gaps
    FROM theirs t JOIN recording_chunks c
        ON c.project_id = %(project_id)s AND c.day = t.day AND c.session_id = t.session_id
    UNION ALL -- those in packs: storage.recording_pack.PackedChunk
    SELECT t.session_id, (c ->> 0)::bigint, (c ->> 1)::integer, coalesce(c ->> 7, '')
    FROM theirs t JOIN recordings r ON r.project_id = %(project_id)s AND r.session_id = t.session_id
    CROSS JOIN jsonb_array_elements(r.contents -> 'chunks') AS c
), chunks AS (
    SELECT session_id, page_view_id, max(seq) + 1 - count(*) AS lost,
           string_agg(gaps, ' ') FILTER (WHERE gaps <> '') AS gaps
    FROM came GROUP BY 1, 2
)
SELECT DISTINCT session_id, 'lost' FROM chunks WHERE lost > 0
UNION
SELECT session_id, split_part(gap, ':', 2) FROM chunks, unnest(string_to_array(gaps, ' ')) AS gap
WHERE split_part(gap, ':', 2) <> 'idle'
UNION
SELECT t.session_id, 'not_recorded'
FROM theirs t JOIN page_views v ON v.project_id = %(project_id)s AND v.day = t.day AND v.session_id = t.session_id
LEFT JOIN chunks c ON c.session_id = t.session_id AND c.page_view_id = v.page_view_id
WHERE c.session_id IS NULL AND v.page_id IS NOT NULL
ORDER BY 1, 2
