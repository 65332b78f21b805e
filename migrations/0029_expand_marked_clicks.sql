-- expand: how many of a session's clicks were of rage, led nowhere, or were followed by an error.
-- locks: access exclusive on sessions and its partitions for an instant, nothing is rewritten · on 10 M rows: the same
-- undo: ALTER TABLE sessions DROP COLUMN rage_clicks, DROP COLUMN dead_clicks, DROP COLUMN error_clicks
SET lock_timeout = '2s';
SET statement_timeout = '60s';

ALTER TABLE sessions
    ADD COLUMN rage_clicks integer NOT NULL DEFAULT 0,
    ADD COLUMN dead_clicks integer NOT NULL DEFAULT 0,
    ADD COLUMN error_clicks integer NOT NULL DEFAULT 0;
