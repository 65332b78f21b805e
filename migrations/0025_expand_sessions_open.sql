-- expand: finds the sessions that are to be closed among those that began long enough ago; not by seen_at, which changes
-- all the time.
-- locks: share on sessions and its partitions while they are read once: reads go on, workers wait and their streams hold
-- what comes · on 10 M rows: some seconds, closed ones are not in it · undo: DROP INDEX sessions_open
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- Concurrently it would have to be made on each partition and attached, which no transaction can do; each file is one here.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_open ON sessions (started_at) WHERE closed_at IS NULL;
