-- Every value of a project's days, folded ones and deltas, in one statement: one snapshot; primary keys.
SELECT facts, cold_key FROM fact_days
WHERE project_id = %(project_id)s AND day BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT facts, NULL FROM fact_deltas
WHERE project_id = %(project_id)s AND day BETWEEN %(first)s AND %(last)s
