-- Puts a folded day in the place of the old one; primary key of heat_days.
INSERT INTO heat_days (project_id, page_id, day, device, kind, points)
VALUES (%(project_id)s, %(page_id)s, %(day)s, %(device)s, %(kind)s, %(points)s)
ON CONFLICT (project_id, page_id, day, device, kind) DO UPDATE SET points = excluded.points
