-- expand: what came in and what became of it, by reason; traffic and lag by the minute.
-- locks: none on existing tables · undo: DROP TABLE traffic_minutes, ledger
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- project_id 0: requests that name no known project. reason: storage.ledger.Reason.
CREATE TABLE ledger (
    project_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    reason text NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, hour, reason)
);

-- lag: requests whose way from the collector's door to the commit took up to 2^i milliseconds, i = 0 to 20.
CREATE TABLE traffic_minutes (
    minute timestamptz NOT NULL,
    shard integer NOT NULL,
    requests bigint NOT NULL DEFAULT 0,
    events bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    lag bigint[] NOT NULL,
    PRIMARY KEY (minute, shard)
);
