-- expand: when a session was last seen and when it was closed, by the server's clock; which sessions go on under its id.
-- locks: access exclusive on sessions for an instant (constant defaults), share while the index of none is made
-- on 10 M rows: they count as closed, nothing is rewritten, the index reads them once (some seconds; workers wait)
-- undo: DROP INDEX sessions_open; ALTER TABLE sessions DROP COLUMN seen_at, DROP COLUMN closed_at, DROP COLUMN continuations
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- closed_at: half an hour after the last request a session is closed; a late request opens it again. What was there before
-- this migration counts as closed. continuations: ids of the sessions that began under this one's id after a silence.
ALTER TABLE sessions
    ADD COLUMN seen_at timestamptz,
    ADD COLUMN closed_at timestamptz DEFAULT now(),
    ADD COLUMN continuations uuid[];
-- The default was there for the rows of before; nobody has relied on it.
-- squawk-ignore ban-drop-default
ALTER TABLE sessions ALTER COLUMN closed_at DROP DEFAULT;

-- Those that are due are looked for among the ones that began long enough ago; not by seen_at, which changes all the time.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_open ON sessions (started_at) WHERE closed_at IS NULL;
