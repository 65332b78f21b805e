-- Of these addresses, those that no chunk and no snapshot of the project names: what a removed session leaves behind.
DELETE FROM assets a
WHERE a.project_id = %(project_id)s AND a.address_hash = ANY (%(addresses)s)
    AND NOT EXISTS (
        SELECT FROM recording_chunks c WHERE c.project_id = a.project_id AND c.day >= a.asked_at::date - 400
            AND a.address_hash = ANY (c.assets)
    )
    AND NOT EXISTS (SELECT FROM page_snapshots s WHERE s.project_id = a.project_id AND a.address_hash = ANY (s.assets))
RETURNING a.address_hash
