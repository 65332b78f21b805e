-- Appends a batch's points; primary key of heat_deltas.
INSERT INTO heat_deltas (project_id, page_id, day, device, kind, points)
SELECT * FROM unnest(%(project_id)s::bigint[], %(page_id)s::bigint[], %(day)s::date[], %(device)s::smallint[], %(kind)s::smallint[], %(points)s::bytea[])
