-- Appends a batch's points, one value a project and day; primary key of heat_batches.
INSERT INTO heat_batches (project_id, day, rows, points)
SELECT * FROM unnest(%(project_id)s::bigint[], %(day)s::date[], %(rows)s::integer[], %(points)s::bytea[])
