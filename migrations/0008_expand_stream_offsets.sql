-- expand: how far each shard of the stream has been committed, and which worker owns it.
-- locks: none on existing tables · undo: DROP TABLE shard_leases, stream_offsets
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- stream_id moves in the transaction that holds what the entries up to it produced: each request counts exactly once.
CREATE TABLE stream_offsets (
    shard integer PRIMARY KEY,
    stream_id text NOT NULL DEFAULT '0-0',
    requests bigint NOT NULL DEFAULT 0,
    committed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shard_leases (
    shard integer PRIMARY KEY,
    owner text NOT NULL,
    expires_at timestamptz NOT NULL
);
