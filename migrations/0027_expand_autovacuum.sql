-- expand: tables that batches write to all the time are vacuumed and analysed when that is worth it, not every minute: a
-- row of sessions is changed a dozen times, a page view's three times, and what of it is dead goes when its page is
-- written to again. Analysed when some 40 % have been added; the batches' statements don't depend on it.
-- locks: share update exclusive on each table for an instant, nothing is rewritten · on 10 M rows: the same
-- undo: ALTER TABLE … RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor) on them and on the
-- partitions; ensure_partitions as in 0021
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE OR REPLACE FUNCTION ensure_partitions(first_day date, last_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
DECLARE
    parent text;
    wanted date;
    made integer := 0;
BEGIN
    IF last_day - first_day > 400 THEN
        RAISE EXCEPTION 'ensure_partitions: % days at once; 400 is the most', last_day - first_day;
    END IF;
    PERFORM pg_advisory_xact_lock(724201);
    FOREACH parent IN ARRAY ARRAY['sessions', 'page_views', 'recording_chunks'] LOOP
        FOR wanted IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
            IF to_regclass(format('%I', parent || to_char(wanted, '_YYYYMMDD'))) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) WITH (%s)',
                    parent || to_char(wanted, '_YYYYMMDD'), parent, wanted, wanted + 1,
                    CASE parent
                        WHEN 'sessions' THEN
                            'fillfactor = 45, autovacuum_vacuum_scale_factor = 1, autovacuum_analyze_scale_factor = 5'
                        WHEN 'page_views' THEN
                            'fillfactor = 45, autovacuum_vacuum_scale_factor = 1, autovacuum_analyze_scale_factor = 1.2'
                        ELSE 'fillfactor = 100'
                    END);
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'sessions'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 1, autovacuum_analyze_scale_factor = 5)', part);
    END LOOP;
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'page_views'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 1, autovacuum_analyze_scale_factor = 1.2)', part);
    END LOOP;
END
$$;

-- What was folded is dead and makes room again at a fifth, as before; that rows come all the time is no reason.
ALTER TABLE heat_batches SET (autovacuum_analyze_scale_factor = 1, autovacuum_vacuum_insert_scale_factor = 1);
ALTER TABLE fact_deltas SET (autovacuum_analyze_scale_factor = 1, autovacuum_vacuum_insert_scale_factor = 1);
