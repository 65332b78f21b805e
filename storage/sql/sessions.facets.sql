-- The ten commonest values of each facet among the sessions that match; index sessions_by_start, partitions by day.
-- First one row for each mix of values, which several processes can count together: of a million sessions there are
-- thousands. The facets are counted from those.
WITH mixes AS MATERIALIZED (
    SELECT s.device, s.browser, s.os, s.country, s.referrer_host, s.utm_source, s.utm_medium, s.utm_campaign, count(*) AS n
    FROM sessions s
    WHERE /*matching*/
    GROUP BY s.device, s.browser, s.os, s.country, s.referrer_host, s.utm_source, s.utm_medium, s.utm_campaign
), counted AS (
    SELECT f.facet, f.value, sum(m.n)::bigint AS n
    FROM mixes m
    CROSS JOIN LATERAL (VALUES
        ('device', m.device::text), ('browser', m.browser), ('os', m.os), ('country', m.country),
        ('referrer_host', m.referrer_host), ('utm_source', m.utm_source), ('utm_medium', m.utm_medium),
        ('utm_campaign', m.utm_campaign)
    ) AS f (facet, value)
    WHERE f.value <> ''
    GROUP BY f.facet, f.value
), ranked AS (
    SELECT facet, value, n, row_number() OVER (PARTITION BY facet ORDER BY n DESC, value) AS place
    FROM counted
)
SELECT facet, value, n FROM ranked WHERE place <= 10 ORDER BY facet, place
