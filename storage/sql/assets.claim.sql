-- Takes addresses whose time has come, for a while in which no other worker takes them; index assets_due.
UPDATE assets a
SET due_at = now() + %(hold_s)s * interval '1 second', attempts = a.attempts + 1
FROM (
    SELECT project_id, address_hash FROM assets WHERE due_at <= now()
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
) AS d
WHERE a.project_id = d.project_id AND a.address_hash = d.address_hash
RETURNING a.project_id, a.address_hash, a.address, a.attempts, a.etag, a.modified,
    (SELECT coalesce(sum(v.bytes), 0) FROM asset_versions v WHERE v.project_id = a.project_id),
    ARRAY(SELECT DISTINCT o FROM sites s, unnest(s.origins) AS o WHERE s.project_id = a.project_id)
