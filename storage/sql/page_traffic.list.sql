-- Pages viewed in a period with views, visitors, clicks and median depth; index page_views_of_page.
WITH traffic AS (
    SELECT v.page_id,
           count(*) AS views,
           count(DISTINCT s.visitor_id) AS visitors,
           sum(v.clicks) AS clicks,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY v.scroll_pct) AS scroll_pct
    FROM page_views v
    JOIN sessions s ON s.project_id = v.project_id AND s.day = v.day AND s.session_id = v.session_id
    WHERE v.project_id = %(project_id)s
      AND v.page_id IS NOT NULL
      AND v.day BETWEEN %(first_day)s AND %(last_day)s
      AND v.started_at >= %(start)s AND v.started_at < %(end)s
      AND (%(device)s::smallint IS NULL OR v.device = %(device)s::smallint)
    GROUP BY v.page_id
)
SELECT p.page_id, p.address, p.title, t.views, t.visitors, t.clicks, t.scroll_pct,
       EXISTS (SELECT FROM page_snapshots x WHERE x.project_id = p.project_id AND x.page_id = p.page_id),
       count(*) OVER ()
FROM traffic t
JOIN pages p ON p.project_id = %(project_id)s AND p.page_id = t.page_id
WHERE p.address ILIKE %(search)s OR p.title ILIKE %(search)s
ORDER BY /*order*/
LIMIT %(limit)s OFFSET %(offset)s
