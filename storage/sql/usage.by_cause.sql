-- Bytes and things by cause; primary keys. Rows of sessions and page views are counted with their average width.
SELECT 'recordings', coalesce(sum(bytes), 0), count(*) FROM recordings WHERE project_id = %(project_id)s
UNION ALL
SELECT 'shared by recordings', coalesce(sum(size), 0), count(*) FROM (
    SELECT bytes AS size FROM recording_strings WHERE project_id = %(project_id)s
    UNION ALL
    SELECT bytes FROM recording_dictionaries WHERE project_id = %(project_id)s
) AS shared
UNION ALL
SELECT 'page assets', coalesce(sum(bytes), 0), count(*) FROM asset_versions WHERE project_id = %(project_id)s
UNION ALL
SELECT 'facts', coalesce(sum(size), 0), coalesce(sum(n), 0) FROM (
    SELECT length(facts) AS size, rows AS n FROM fact_deltas WHERE project_id = %(project_id)s
    UNION ALL
    SELECT length(facts), rows FROM fact_days WHERE project_id = %(project_id)s
) AS fact
UNION ALL
SELECT 'heat points', coalesce(sum(size), 0), count(*) FROM (
    SELECT length(points) AS size FROM heat_batches WHERE project_id = %(project_id)s
    UNION ALL
    SELECT length(points) FROM heat_deltas WHERE project_id = %(project_id)s
    UNION ALL
    SELECT length(points) FROM heat_days WHERE project_id = %(project_id)s
) AS heat
UNION ALL
SELECT 'sessions', coalesce(sum(pg_column_size(s.*)), 0), count(*) FROM sessions s WHERE project_id = %(project_id)s
UNION ALL
SELECT 'page views', coalesce(sum(pg_column_size(v.*)), 0), count(*) FROM page_views v WHERE project_id = %(project_id)s
