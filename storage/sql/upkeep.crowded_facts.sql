-- Days of facts that are worth folding: folding rewrites the day, so a large day waits for deltas worth a quarter of it.
SELECT f.project_id, f.day, count(*)
FROM fact_deltas f
LEFT JOIN fact_days d ON d.project_id = f.project_id AND d.day = f.day
GROUP BY f.project_id, f.day, d.rows
HAVING f.day < current_date - 1 OR (count(*) >= %(deltas)s AND sum(f.rows) * 4 >= coalesce(d.rows, 0))
ORDER BY count(*) DESC
LIMIT %(limit)s
