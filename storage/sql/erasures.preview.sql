-- What these sessions have left, by kind; sessions_by_id and primary keys.
WITH theirs AS (
    SELECT project_id, day, session_id, clicks FROM sessions
    WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s)
)
SELECT 'sessions', count(*)::bigint FROM theirs
UNION ALL
SELECT 'page views', count(*)::bigint FROM theirs t JOIN page_views v
    ON v.project_id = t.project_id AND v.day = t.day AND v.session_id = t.session_id
UNION ALL SELECT 'clicks', coalesce(sum(clicks), 0)::bigint FROM theirs
UNION ALL
SELECT 'recordings', count(*)::bigint FROM recordings WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s)
UNION ALL
SELECT 'recorded bytes', coalesce(sum(bytes), 0)::bigint FROM recordings
    WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s)
UNION ALL
SELECT 'share links', count(*)::bigint FROM share_links WHERE project_id = %(project_id)s AND session_id = ANY (%(ids)s)
