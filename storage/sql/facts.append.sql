-- A batch's rows, one value a project and day, as one statement; no index but the primary key.
INSERT INTO fact_deltas (project_id, day, rows, facts)
SELECT *
FROM unnest(%(project_id)s::bigint[], %(day)s::date[], %(rows)s::integer[], %(facts)s::bytea[])
