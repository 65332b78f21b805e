-- expand: when a session's first and last page were come to. A recording's chunks widen a session's times too, so those can't tell.
-- locks: access exclusive on sessions and its partitions for an instant, nothing is rewritten · undo: ALTER TABLE sessions DROP COLUMN entry_at, DROP COLUMN exit_at
SET lock_timeout = '2s';
SET statement_timeout = '60s';

ALTER TABLE sessions ADD COLUMN IF NOT EXISTS entry_at timestamptz, ADD COLUMN IF NOT EXISTS exit_at timestamptz;
