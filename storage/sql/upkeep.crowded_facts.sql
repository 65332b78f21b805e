-- Days of facts that are worth folding: folding rewrites the day, so a large day waits for deltas worth a quarter of it.
-- The whole of fact_deltas, which folding keeps small; primary key of fact_days, for the few that have enough deltas.
WITH waiting AS (
    SELECT project_id, day, count(*) AS deltas, sum(rows) AS rows
    FROM fact_deltas
    GROUP BY project_id, day
    HAVING count(*) >= %(deltas)s OR day < current_date - 1
)
SELECT project_id, day, deltas
FROM waiting w
WHERE w.day < current_date - 1 OR w.rows * 4 >= coalesce((
    SELECT d.rows FROM fact_days d WHERE d.project_id = w.project_id AND d.day = w.day
), 0)
ORDER BY deltas DESC
LIMIT %(limit)s
