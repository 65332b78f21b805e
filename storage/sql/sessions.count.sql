-- How many sessions match, counted up to count_to (NULL: all); index sessions_by_start, partitions by day.
SELECT count(*) FROM (
    SELECT 1 FROM sessions s
    WHERE /*matching*/
    LIMIT %(count_to)s
) AS counted
