-- Renews the worker's leases and takes those of its own shards that nobody holds; primary key. Gives the shards held.
WITH wanted AS (
    SELECT shard FROM unnest(%(own)s::integer[]) AS own (shard)
    UNION
    SELECT shard FROM shard_leases WHERE owner = %(worker)s
)
INSERT INTO shard_leases AS l (shard, owner, expires_at)
SELECT shard, %(worker)s, now() + %(lease_s)s * interval '1 second' FROM wanted ORDER BY shard
ON CONFLICT (shard) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
WHERE l.owner = excluded.owner OR l.expires_at < now()
RETURNING shard
