-- Moves offsets that stand where they are said to stand, of shards that the worker holds; primary keys, in order of the shards.
WITH step AS (
    SELECT b.*
    FROM unnest(%(shard)s::integer[], %(before)s::text[], %(after)s::text[], %(requests)s::bigint[])
        AS b (shard, before, after, requests)
    JOIN shard_leases l ON l.shard = b.shard AND l.owner = %(worker)s
    JOIN stream_offsets o ON o.shard = b.shard
    ORDER BY b.shard
    FOR UPDATE OF o
)
UPDATE stream_offsets o
SET stream_id = step.after, requests = o.requests + step.requests, committed_at = now()
FROM step
WHERE o.shard = step.shard AND o.stream_id = step.before
RETURNING o.shard
