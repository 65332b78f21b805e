-- Where elements were last seen; primary key of element_boxes. One that has not moved is left alone, without even a lock.
INSERT INTO element_boxes AS e (project_id, page_id, device, element_id, x, y, w, h, viewport_w)
SELECT * FROM unnest(
    %(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[], %(element_id)s::bigint[],
    %(x)s::integer[], %(y)s::integer[], %(w)s::integer[], %(h)s::integer[], %(viewport_w)s::integer[]
) AS b (project_id, page_id, device, element_id, x, y, w, h, viewport_w)
WHERE NOT EXISTS (
    SELECT FROM element_boxes o
    WHERE o.project_id = b.project_id AND o.page_id = b.page_id AND o.device = b.device AND o.element_id = b.element_id
      AND (o.x, o.y, o.w, o.h, o.viewport_w) = (b.x, b.y, b.w, b.h, b.viewport_w)
)
ORDER BY project_id, page_id, device, element_id
ON CONFLICT (project_id, page_id, device, element_id) DO UPDATE
SET x = excluded.x, y = excluded.y, w = excluded.w, h = excluded.h, viewport_w = excluded.viewport_w
