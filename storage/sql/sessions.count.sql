-- How many sessions match; index sessions_by_start, partitions by day.
SELECT count(*) FROM sessions s
WHERE /*matching*/
