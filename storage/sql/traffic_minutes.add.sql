-- Adds a batch's traffic and lag to its shard's minutes; primary key.
INSERT INTO traffic_minutes AS t (minute, shard, requests, events, bytes, lag)
SELECT to_timestamp(minute_s), shard, requests, events, bytes, lag::bigint[]
FROM unnest(%(minute_s)s::bigint[], %(shard)s::integer[], %(requests)s::bigint[], %(events)s::bigint[], %(bytes)s::bigint[], %(lag)s::text[])
    AS b (minute_s, shard, requests, events, bytes, lag)
ORDER BY minute_s, shard
ON CONFLICT (minute, shard) DO UPDATE SET
    requests = t.requests + excluded.requests,
    events = t.events + excluded.events,
    bytes = t.bytes + excluded.bytes,
    lag = ARRAY(SELECT a + b FROM unnest(t.lag, excluded.lag) WITH ORDINALITY AS x (a, b, n) ORDER BY n)
