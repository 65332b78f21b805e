-- Packed points of a page and kind: folded days, deltas, and (whole) the batches of all pages, in one statement; primary keys.
SELECT false, points FROM heat_days
WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
UNION ALL
SELECT false, points FROM heat_deltas
WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
UNION ALL
SELECT true, points FROM heat_batches
WHERE project_id = %(project_id)s AND day BETWEEN %(first)s AND %(last)s
