-- Pages' days whose deltas are worth folding: folding rewrites the day, so a large day waits for deltas worth a quarter of
-- it. The whole of heat_deltas, which folding keeps small; primary key of heat_days.
WITH waiting AS (
    SELECT project_id, page_id, day, count(*) AS deltas, sum(length(points)) AS size
    FROM heat_deltas
    GROUP BY project_id, page_id, day
    HAVING count(*) >= %(deltas)s OR day < current_date - 1
)
SELECT project_id, page_id, day
FROM waiting w
WHERE w.day < current_date - 1 OR w.size * 4 >= (
    SELECT coalesce(sum(length(d.points)), 0) FROM heat_days d
    WHERE d.project_id = w.project_id AND d.page_id = w.page_id AND d.day = w.day
)
ORDER BY deltas DESC
LIMIT %(limit)s
