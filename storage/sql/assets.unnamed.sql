-- Removes the addresses that were named last before the oldest recording that is left, and that no page's snapshot names, with
-- what lay there; index recordings_by_day. Workers name an address once an hour: a recording of one day may be named on the day before.
WITH gone AS (
    DELETE FROM assets a
    WHERE a.project_id = %(project_id)s
        AND a.named_on < (SELECT coalesce(min(day), current_date) - 1 FROM recordings WHERE project_id = %(project_id)s)
        AND NOT EXISTS (
            SELECT FROM page_snapshots s WHERE s.project_id = a.project_id AND a.address_hash = ANY (s.assets)
        )
    RETURNING a.address_hash
)
DELETE FROM asset_versions v USING gone
WHERE v.project_id = %(project_id)s AND v.address_hash = gone.address_hash
