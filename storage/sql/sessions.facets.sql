-- The ten commonest values of each facet among the sessions that match; index sessions_by_start, partitions by day.
WITH counted AS (
    SELECT s.device::text AS device, s.browser, s.os, s.country, s.referrer_host, s.utm_source,
           grouping(s.device, s.browser, s.os, s.country, s.referrer_host, s.utm_source) AS which, count(*) AS n
    FROM sessions s
    WHERE /*matching*/
    GROUP BY GROUPING SETS ((s.device), (s.browser), (s.os), (s.country), (s.referrer_host), (s.utm_source))
), named AS (
    SELECT CASE which WHEN 31 THEN 'device' WHEN 47 THEN 'browser' WHEN 55 THEN 'os' WHEN 59 THEN 'country'
                      WHEN 61 THEN 'referrer_host' ELSE 'utm_source' END AS facet,
           coalesce(device, browser, os, country, referrer_host, utm_source) AS value, n
    FROM counted
), ranked AS (
    SELECT facet, value, n, row_number() OVER (PARTITION BY facet ORDER BY n DESC, value) AS place
    FROM named
    WHERE value <> ''
)
SELECT facet, value, n FROM ranked WHERE place <= 10 ORDER BY facet, place
