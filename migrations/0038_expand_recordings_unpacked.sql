-- expand: finds the recordings that are to be packed, those that ended first; and the strings that no recording names.
-- locks: share on recordings while its index is made: reads go on, workers wait and their streams hold what comes
-- on 10 M rows: some seconds · undo: DROP INDEX recordings_unpacked, recording_strings_unused
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- Concurrently it could be made in no transaction, and each file is one.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX recordings_unpacked ON recordings (ended_at) WHERE packed_at IS NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX recording_strings_unused ON recording_strings (used_at) WHERE uses <= 0;
