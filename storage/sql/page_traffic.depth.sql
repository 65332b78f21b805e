-- How many views of a page went how deep; index page_views_of_page.
SELECT scroll_pct, count(*)
FROM page_views
WHERE project_id = %(project_id)s
  AND page_id = %(page_id)s
  AND day BETWEEN %(first)s AND %(last)s
  AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
  AND (%(sessions)s::uuid[] IS NULL OR session_id = ANY (%(sessions)s::uuid[]))
GROUP BY scroll_pct
ORDER BY scroll_pct
