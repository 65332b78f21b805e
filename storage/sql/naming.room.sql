-- How many names of a kind each project has, its row held until the end of the transaction; primary key.
INSERT INTO name_counts AS c (project_id, kind, names)
SELECT DISTINCT project_id, %(kind)s::text, 0 FROM unnest(%(projects)s::bigint[]) AS k (project_id) ORDER BY project_id
ON CONFLICT (project_id, kind) DO UPDATE SET names = c.names
RETURNING project_id, names
