-- Names addresses that recordings show; primary key of assets. One that is known is fetched again after a day.
INSERT INTO assets AS a (project_id, address_hash, address, named_on, asked_at, due_at)
SELECT n.project_id, n.address_hash, n.address, current_date, now(), now()
FROM unnest(%(project_id)s::bigint[], %(address_hash)s::bigint[], %(address)s::text[])
    WITH ORDINALITY AS n (project_id, address_hash, address, place)
WHERE n.place <= %(most)s - (SELECT count(*) FROM assets o WHERE o.project_id = n.project_id)
    OR EXISTS (SELECT FROM assets o WHERE o.project_id = n.project_id AND o.address_hash = n.address_hash)
ORDER BY 1, 2
ON CONFLICT (project_id, address_hash) DO UPDATE
SET named_on = current_date,
    asked_at = CASE WHEN a.due_at IS NULL AND a.checked_at < now() - interval '1 day' THEN now() ELSE a.asked_at END,
    due_at = CASE WHEN a.due_at IS NULL AND a.checked_at < now() - interval '1 day' THEN now() ELSE a.due_at END,
    attempts = CASE WHEN a.due_at IS NULL AND a.checked_at < now() - interval '1 day' THEN 0 ELSE a.attempts END
WHERE a.named_on < current_date OR (a.due_at IS NULL AND a.checked_at < now() - interval '1 day')
