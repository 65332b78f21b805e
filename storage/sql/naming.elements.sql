-- Ids of elements by selector, made where they are missing; unique (project_id, selector). A missing label is filled in.
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[], %(labels)s::text[]) WITH ORDINALITY AS k (project_id, selector, text, n)
), given AS (
    INSERT INTO elements AS e (project_id, selector, text)
    SELECT project_id, selector, text FROM wanted ORDER BY project_id, selector
    ON CONFLICT (project_id, selector) DO UPDATE SET text = CASE WHEN e.text = '' THEN excluded.text ELSE e.text END
    RETURNING project_id, selector, element_id
)
SELECT n, element_id FROM given JOIN wanted USING (project_id, selector)
