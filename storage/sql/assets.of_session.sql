-- What the pages of a session show, with what lay there then: the version that was there at the session's end, else the
-- first; primary keys of recording_chunks, recordings, assets and asset_versions.
SELECT a.address, v.content, a.missing, a.due_at IS NOT NULL, n.page_view_id, coalesce(v.lacks, '{}')
FROM (
    SELECT address_hash, min(page_view_id) AS page_view_id, max(last_ms) AS last_ms
    FROM (
        SELECT named AS address_hash, c.page_view_id, c.last_ms
        FROM recording_chunks c, unnest(c.assets) AS named
        WHERE c.project_id = %(project_id)s AND c.day = ANY (%(days)s) AND c.session_id = %(session_id)s
        UNION ALL -- those in packs: storage.recording_pack.PackedChunk
        SELECT named::bigint, (c ->> 0)::bigint, (c ->> 5)::bigint
        FROM recordings r
        CROSS JOIN jsonb_array_elements(r.contents -> 'chunks') AS c
        CROSS JOIN jsonb_array_elements_text(c -> 10) AS named
        WHERE r.project_id = %(project_id)s AND r.session_id = %(session_id)s
    ) AS shown
    GROUP BY 1
) AS n
JOIN assets a ON a.project_id = %(project_id)s AND a.address_hash = n.address_hash
LEFT JOIN LATERAL (
    SELECT content, lacks FROM asset_versions v
    WHERE v.project_id = a.project_id AND v.address_hash = a.address_hash
    ORDER BY v.since > 'epoch'::timestamptz + n.last_ms * interval '1 millisecond' + interval '10 minutes',
        CASE WHEN v.since > 'epoch'::timestamptz + n.last_ms * interval '1 millisecond' + interval '10 minutes'
            THEN extract(epoch FROM v.since) ELSE -extract(epoch FROM v.since) END
    LIMIT 1
) AS v ON true
ORDER BY a.address
