-- The addresses that the recordings of these sessions show; primary keys of recording_chunks and recordings.
SELECT DISTINCT named FROM recording_chunks c, unnest(c.assets) AS named
WHERE c.project_id = %(project_id)s AND c.day = ANY (%(days)s) AND c.session_id = ANY (%(sessions)s::uuid[])
UNION -- those in packs: storage.recording_pack.PackedChunk
SELECT named::bigint
FROM recordings r
CROSS JOIN jsonb_array_elements(r.contents -> 'chunks') AS c
CROSS JOIN jsonb_array_elements_text(c -> 10) AS named
WHERE r.project_id = %(project_id)s AND r.session_id = ANY (%(sessions)s::uuid[])
