-- Ids of elements by selector, made where they are missing and counted; unique (project_id, selector). A missing label is filled in.
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[], %(labels)s::text[]) WITH ORDINALITY AS k (project_id, selector, text, n)
), given AS (
    INSERT INTO elements AS t (project_id, selector, text)
    SELECT project_id, selector, text FROM wanted ORDER BY project_id, selector
    ON CONFLICT (project_id, selector) DO UPDATE SET text = CASE WHEN t.text = '' THEN excluded.text ELSE t.text END
    RETURNING project_id, selector, element_id, xmax = 0 AS made
), counted AS (
    UPDATE name_counts c SET names = c.names + g.made
    FROM (SELECT project_id, count(*) FILTER (WHERE made) AS made FROM given GROUP BY project_id) g
    WHERE c.project_id = g.project_id AND c.kind = 'element' AND g.made > 0
)
SELECT n, element_id FROM given JOIN wanted USING (project_id, selector)
