-- Where the elements of pages were last seen, all of a page in one value; primary key of element_boxes.
SELECT p.number::integer, string_agg(
    int8send(e.element_id) || int4send(e.x) || int4send(e.y) || int4send(e.w) || int4send(e.h) || int4send(e.viewport_w), ''
)
FROM unnest(%(project_id)s::bigint[], %(page_id)s::bigint[], %(device)s::smallint[])
    WITH ORDINALITY AS p (project_id, page_id, device, number)
JOIN element_boxes e ON e.project_id = p.project_id AND e.page_id = p.page_id AND e.device = p.device
GROUP BY p.number
