-- expand: facts (one row an interaction) for funnels and filtered maps, packed as Arrow: deltas a batch, folded to one value a day.
-- locks: none on existing tables · undo: DROP TABLE fact_days, fact_deltas
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- facts: an Arrow IPC stream, schema storage.facts.SCHEMA, zstd inside.
CREATE TABLE fact_deltas (
    project_id bigint NOT NULL,
    day date NOT NULL,
    delta_id bigint GENERATED ALWAYS AS IDENTITY,
    rows integer NOT NULL,
    facts bytea NOT NULL,
    PRIMARY KEY (project_id, day, delta_id)
);

-- cold_key: where the day lies in the blob store as Parquet; facts is empty then.
CREATE TABLE fact_days (
    project_id bigint NOT NULL,
    day date NOT NULL,
    rows bigint NOT NULL,
    facts bytea NOT NULL DEFAULT '',
    cold_key text,
    PRIMARY KEY (project_id, day)
);
