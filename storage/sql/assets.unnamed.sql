-- Removes the addresses that no recording has named since a day, nor a page's snapshot, and what lay there.
WITH gone AS (
    DELETE FROM assets a
    WHERE a.project_id = %(project_id)s AND a.named_on < %(before)s
        AND NOT EXISTS (
            SELECT FROM page_snapshots s WHERE s.project_id = a.project_id AND a.address_hash = ANY (s.assets)
        )
    RETURNING a.address_hash
)
DELETE FROM asset_versions v USING gone
WHERE v.project_id = %(project_id)s AND v.address_hash = gone.address_hash
