-- The days of a period that have facts; primary keys.
SELECT day FROM fact_days WHERE project_id = %(project_id)s AND day BETWEEN %(first)s AND %(last)s
UNION
SELECT day FROM fact_deltas WHERE project_id = %(project_id)s AND day BETWEEN %(first)s AND %(last)s
