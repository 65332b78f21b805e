-- Ids of custom events by name, made where they are missing and counted; unique (project_id, name).
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[], %(labels)s::text[]) WITH ORDINALITY AS k (project_id, name, label, n)
), given AS (
    INSERT INTO event_names AS t (project_id, name)
    SELECT project_id, name FROM wanted ORDER BY project_id, name
    ON CONFLICT (project_id, name) DO UPDATE SET name = excluded.name
    RETURNING project_id, name, name_id, xmax = 0 AS made
), counted AS (
    UPDATE name_counts c SET names = c.names + g.made
    FROM (SELECT project_id, count(*) FILTER (WHERE made) AS made FROM given GROUP BY project_id) g
    WHERE c.project_id = g.project_id AND c.kind = 'event' AND g.made > 0
)
SELECT n, name_id FROM given JOIN wanted USING (project_id, name)
