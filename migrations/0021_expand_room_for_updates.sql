-- expand: rows of sessions and page views are updated in their place while visits go on: pages with room for the next
-- version of each row. Rows that are there already stay where they are.
-- locks: share update exclusive on the partitions for an instant, nothing is rewritten · on 10 M rows: the same
-- undo: ALTER TABLE … RESET (fillfactor) on the partitions; ensure_partitions as in 0012
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- 45: a page half full, so that each of its rows has room for one more version; the versions before go when a batch has ended.
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
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = %s)',
                    parent || to_char(wanted, '_YYYYMMDD'), parent, wanted, wanted + 1,
                    CASE parent WHEN 'recording_chunks' THEN 100 ELSE 45 END);
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
    FOR part IN
        SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent IN ('sessions'::regclass, 'page_views'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s SET (fillfactor = 45)', part);
    END LOOP;
END
$$;
