-- expand: how much is kept in all, for the Operations page, which may see no project's rows.
-- locks: none · undo: DROP FUNCTION facts_kept, sessions_kept
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE FUNCTION facts_kept() RETURNS TABLE (rows numeric, bytes numeric)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT coalesce((SELECT sum(d.rows) FROM fact_deltas d), 0) + coalesce((SELECT sum(d.rows) FROM fact_days d), 0),
          (pg_total_relation_size('fact_deltas') + pg_total_relation_size('fact_days'))::numeric $$;

-- Rows as the statistics have them: counting millions would take seconds.
CREATE FUNCTION sessions_kept() RETURNS TABLE (rows numeric, bytes numeric)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT coalesce(sum(pg_stat_get_live_tuples(part.inhrelid)), 0), coalesce(sum(pg_total_relation_size(part.inhrelid)), 0)
   FROM pg_inherits part WHERE part.inhparent = 'sessions'::regclass $$;
