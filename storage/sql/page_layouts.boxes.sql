-- Where the elements of pages were last seen; primary key of element_boxes.
SELECT e.project_id, e.page_id, e.device, e.element_id, e.x, e.y, e.w, e.h, e.viewport_w
FROM unnest(%(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[]) AS p (project_id, page_id, device)
JOIN element_boxes e ON e.project_id = p.project_id AND e.page_id = p.page_id AND e.device = p.device
