-- Projects' days whose batches are worth spreading over their pages; the whole of heat_batches, which that keeps small.
SELECT project_id, day
FROM heat_batches
GROUP BY project_id, day
HAVING count(*) >= %(batches)s OR sum(rows) >= %(points)s OR day < current_date - 1
ORDER BY count(*) DESC
LIMIT %(limit)s
