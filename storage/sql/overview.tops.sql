-- The ten commonest pages, devices, referrers, countries and browsers of a period; index sessions_by_start, page_views_of_page.
WITH period AS (
    SELECT device, referrer_host, country, browser
    FROM sessions
    WHERE project_id = %(project_id)s
      AND day BETWEEN %(first_day)s AND %(last_day)s
      AND started_at >= %(start)s AND started_at < %(end)s
      AND (%(device)s::smallint IS NULL OR device = %(device)s::smallint)
), page AS (
    SELECT p.address AS value, count(*) AS n
    FROM page_views v
    JOIN pages p ON p.project_id = v.project_id AND p.page_id = v.page_id
    WHERE v.project_id = %(project_id)s
      AND v.day BETWEEN %(first_day)s AND %(last_day)s
      AND v.started_at >= %(start)s AND v.started_at < %(end)s
      AND (%(device)s::smallint IS NULL OR v.device = %(device)s::smallint)
    GROUP BY p.address
)
(SELECT 'pages', value, n FROM page ORDER BY n DESC, value LIMIT 10)
UNION ALL
(SELECT 'devices', device::text, count(*) FROM period GROUP BY device ORDER BY 3 DESC, 2 LIMIT 10)
UNION ALL
(SELECT 'referrers', referrer_host, count(*) FROM period WHERE referrer_host <> '' GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 10)
UNION ALL
(SELECT 'countries', country, count(*) FROM period WHERE country <> '' GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 10)
UNION ALL
(SELECT 'browsers', browser, count(*) FROM period WHERE browser <> '' GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 10)
