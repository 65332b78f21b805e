-- Made-up page views, `views` for each session of these projects that has none; for measuring with a full house.
INSERT INTO page_views (
    project_id, day, session_id, page_view_id, page_id, url, title, referrer, device, started_at, ended_at,
    viewport_w, viewport_h, document_h, scroll_pct, clicks, events_seq
)
SELECT s.project_id, s.day, s.session_id, v, 1 + v * 7 + s.screen_w %% 11,
       'https://shop.example/products/' || v || '?ref=list', 'Product ' || v,
       'https://search.example/', s.device, s.started_at, s.ended_at, 1280, 800, 3200, 70, 2, 3
FROM sessions s CROSS JOIN generate_series(1, %(views)s) AS v
WHERE s.project_id = ANY (%(projects)s) AND s.closed_at IS NOT NULL
