-- Packed points of a page and kind, folded days and deltas in one statement; primary keys.
SELECT points FROM heat_days
WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
UNION ALL
SELECT points FROM heat_deltas
WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND kind = %(kind)s AND day BETWEEN %(first)s AND %(last)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
