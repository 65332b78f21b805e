-- Ids of pages by address, made where they are missing; unique (project_id, address). A missing title is filled in.
WITH wanted AS (
    SELECT * FROM unnest(%(projects)s::bigint[], %(names)s::text[], %(labels)s::text[]) WITH ORDINALITY AS k (project_id, address, title, n)
), given AS (
    INSERT INTO pages AS p (project_id, address, title)
    SELECT project_id, address, title FROM wanted ORDER BY project_id, address
    ON CONFLICT (project_id, address) DO UPDATE SET title = CASE WHEN p.title = '' THEN excluded.title ELSE p.title END
    RETURNING project_id, address, page_id
)
SELECT n, page_id FROM given JOIN wanted USING (project_id, address)
