-- Ids of custom events by name, made where they are missing; unique (project_id, name).
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[]) WITH ORDINALITY AS k (project_id, name, n)
), given AS (
    INSERT INTO event_names AS e (project_id, name)
    SELECT project_id, name FROM wanted ORDER BY project_id, name
    ON CONFLICT (project_id, name) DO UPDATE SET name = excluded.name
    RETURNING project_id, name, name_id
)
SELECT n, name_id FROM given JOIN wanted USING (project_id, name)
