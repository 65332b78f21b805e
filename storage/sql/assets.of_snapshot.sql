-- What a page's latest snapshot shows, as it was last fetched; primary keys of page_snapshots, assets, asset_versions.
SELECT DISTINCT ON (a.address) a.address, v.content
FROM page_snapshots s
CROSS JOIN LATERAL unnest(s.assets) AS named
JOIN assets a ON a.project_id = s.project_id AND a.address_hash = named
JOIN asset_versions v ON v.project_id = a.project_id AND v.address_hash = a.address_hash
WHERE s.project_id = %(project_id)s AND s.hash = %(hash)s
ORDER BY a.address, v.since DESC
