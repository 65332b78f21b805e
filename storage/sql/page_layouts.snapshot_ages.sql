-- When the given pages' snapshots were taken; primary key of page_snapshots.
SELECT s.project_id, s.page_id, s.device, (extract(epoch FROM s.captured_at) * 1000)::bigint
FROM unnest(%(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[]) AS k (project_id, page_id, device)
JOIN page_snapshots s ON s.project_id = k.project_id AND s.page_id = k.page_id AND s.device = k.device
