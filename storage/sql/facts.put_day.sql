-- A folded day in the place of the one before; primary key of fact_days.
INSERT INTO fact_days (project_id, day, rows, facts, cold_key)
VALUES (%(project_id)s, %(day)s, %(rows)s, %(facts)s, %(cold_key)s)
ON CONFLICT (project_id, day)
DO UPDATE SET rows = excluded.rows, facts = excluded.facts, cold_key = excluded.cold_key
