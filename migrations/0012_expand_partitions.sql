-- expand: makes the daily partitions; the worker calls it ahead of time, it is quick when they exist.
-- locks: share update exclusive on the parents for an instant · undo: DROP FUNCTION ensure_partitions
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- Partitions of sessions, page_views and recording_chunks for the days first_day to last_day (both included).
CREATE FUNCTION ensure_partitions(first_day date, last_day date) RETURNS integer
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
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    parent || to_char(wanted, '_YYYYMMDD'), parent, wanted, wanted + 1);
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

SELECT ensure_partitions(current_date - 3, current_date + 14);
