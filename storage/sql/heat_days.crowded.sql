-- Pages' days whose deltas are worth folding; the whole of heat_deltas, which compaction keeps small.
SELECT project_id, page_id, day
FROM heat_deltas
GROUP BY project_id, page_id, day
HAVING count(*) >= %(deltas)s OR day < current_date - 1
ORDER BY count(*) DESC
LIMIT %(limit)s
