-- Of these addresses, removes those that no recording and no snapshot of the project names, with what lay there, and gives the
-- contents that nothing names any more; reads all of the project's recordings once: what a removed session leaves behind.
WITH named AS (
    SELECT named AS address_hash FROM recording_chunks c, unnest(c.assets) AS named
    WHERE c.project_id = %(project_id)s AND c.assets && %(addresses)s::bigint[]
    UNION -- those in packs: storage.recording_pack.PackedChunk
    SELECT named::bigint
    FROM recordings r
    CROSS JOIN jsonb_array_elements(r.contents -> 'chunks') AS c
    CROSS JOIN jsonb_array_elements_text(c -> 10) AS named
    WHERE r.project_id = %(project_id)s
    UNION
    SELECT named FROM page_snapshots s, unnest(s.assets) AS named
    WHERE s.project_id = %(project_id)s AND s.assets && %(addresses)s::bigint[]
), gone AS (
    DELETE FROM assets a
    WHERE a.project_id = %(project_id)s AND a.address_hash = ANY (%(addresses)s::bigint[])
        AND NOT EXISTS (SELECT FROM named n WHERE n.address_hash = a.address_hash)
    RETURNING a.address_hash
), versions AS (
    DELETE FROM asset_versions v USING gone
    WHERE v.project_id = %(project_id)s AND v.address_hash = gone.address_hash
    RETURNING v.uses || v.content AS contents
)
SELECT DISTINCT freed FROM versions, unnest(contents) AS freed
WHERE NOT EXISTS (
    SELECT FROM asset_versions o
    WHERE o.project_id = %(project_id)s AND freed = ANY (o.uses || o.content)
        AND o.address_hash NOT IN (SELECT address_hash FROM gone)
)
