-- Ids of pages by address, made where they are missing and counted; unique (project_id, address). A missing title is filled in.
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[], %(labels)s::text[]) WITH ORDINALITY AS k (project_id, address, title, n)
), given AS (
    INSERT INTO pages AS t (project_id, address, title)
    SELECT project_id, address, title FROM wanted ORDER BY project_id, address
    ON CONFLICT (project_id, address) DO UPDATE SET title = CASE WHEN t.title = '' THEN excluded.title ELSE t.title END
    RETURNING project_id, address, page_id, xmax = 0 AS made
), counted AS (
    UPDATE name_counts c SET names = c.names + g.made
    FROM (SELECT project_id, count(*) FILTER (WHERE made) AS made FROM given GROUP BY project_id) g
    WHERE c.project_id = g.project_id AND c.kind = 'page' AND g.made > 0
)
SELECT n, page_id FROM given JOIN wanted USING (project_id, address)
