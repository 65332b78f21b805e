-- Where elements were last seen; primary key of element_boxes. One that has not moved is left alone.
INSERT INTO element_boxes AS e (project_id, page_id, device, element_id, x, y, w, h, viewport_w)
SELECT * FROM unnest(
    %(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[], %(element_id)s::bigint[],
    %(x)s::integer[], %(y)s::integer[], %(w)s::integer[], %(h)s::integer[], %(viewport_w)s::integer[]
) AS b (project_id, page_id, device, element_id, x, y, w, h, viewport_w)
ORDER BY project_id, page_id, device, element_id
ON CONFLICT (project_id, page_id, device, element_id) DO UPDATE
SET x = excluded.x, y = excluded.y, w = excluded.w, h = excluded.h, viewport_w = excluded.viewport_w
WHERE (e.x, e.y, e.w, e.h, e.viewport_w) <> (excluded.x, excluded.y, excluded.w, excluded.h, excluded.viewport_w)
