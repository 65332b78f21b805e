-- Traffic of a period by step and shard-minute; primary key of traffic_minutes.
SELECT date_bin(%(step)s::interval, minute, timestamptz '2000-01-01'), requests, events, bytes, lag
FROM traffic_minutes
WHERE minute >= %(start)s AND minute < %(end)s
