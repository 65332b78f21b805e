-- The offsets of shards, made where they are missing; primary key.
WITH made AS (
    INSERT INTO stream_offsets (shard) SELECT unnest(%(shards)s::integer[]) ORDER BY 1
    ON CONFLICT (shard) DO NOTHING
    RETURNING shard, stream_id
)
SELECT shard, stream_id FROM made
UNION ALL
SELECT shard, stream_id FROM stream_offsets WHERE shard = ANY (%(shards)s::integer[])
