-- expand: for how many days a project keeps recordings and everything else, how many sessions a month it takes in, and what
-- the days that ran out have lost.
-- locks: access exclusive on projects for an instant, nothing is rewritten · on 10 M rows: the same
-- undo: DROP FUNCTION drop_empty_partitions; DROP TABLE retention_days; ALTER TABLE projects DROP COLUMN recordings_days,
-- DROP COLUMN facts_days, DROP COLUMN sessions_per_month
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- NULL: for ever, or without a limit.
ALTER TABLE projects
    ADD COLUMN recordings_days integer,
    ADD COLUMN facts_days integer,
    ADD COLUMN sessions_per_month bigint;

-- what: recordings or facts; day: whose data was removed. Added to in the transaction that removes, so each thing counts once.
CREATE TABLE retention_days (
    project_id bigint NOT NULL,
    what text NOT NULL,
    day date NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT now(),
    sessions bigint NOT NULL DEFAULT 0,
    page_views bigint NOT NULL DEFAULT 0,
    recordings bigint NOT NULL DEFAULT 0,
    chunks bigint NOT NULL DEFAULT 0,
    recording_bytes bigint NOT NULL DEFAULT 0,
    facts bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, what, day)
);
ALTER TABLE retention_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON retention_days TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON retention_days TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON retention_days TO heatwake_worker, heatwake_app;

-- Drops partitions of days before `before` that no project has rows in any more; gives how many. One that is busy stays for
-- the next time.
CREATE FUNCTION drop_empty_partitions(before date, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '200ms' AS
$$
DECLARE
    part record;
    filled boolean;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(724201);
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('sessions'::regclass, 'page_views'::regclass, 'recording_chunks'::regclass)
          AND c.relname ~ '_[0-9]{8}$' AND right(c.relname, 8) < to_char(before, 'YYYYMMDD')
        ORDER BY right(c.relname, 8), c.relname
    LOOP
        EXIT WHEN dropped >= most;
        BEGIN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', part.relname) INTO filled;
            CONTINUE WHEN filled;
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part.relname);
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', part.relname) INTO filled;
            CONTINUE WHEN filled;
            EXECUTE format('DROP TABLE %I', part.relname);
            dropped := dropped + 1;
        EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
        END;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION drop_empty_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_empty_partitions TO heatwake_worker;
