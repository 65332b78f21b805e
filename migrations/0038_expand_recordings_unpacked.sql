-- expand: finds the recordings that are to be packed, those that ended first; what is packed is not in it.
-- locks: share on recordings while it is made: reads go on, workers wait and their streams hold what comes
-- on 10 M rows: some seconds · undo: DROP INDEX recordings_unpacked
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- Concurrently it could be made in no transaction, and each file is one.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX recordings_unpacked ON recordings (ended_at) WHERE packed_at IS NULL;
