-- Takes back what recordings that go have counted in their project's dictionaries; primary keys of recordings and recording_dictionaries.
UPDATE recording_dictionaries s SET uses = s.uses - n.uses, used_at = now()
FROM (
    SELECT contents ->> 'dictionary' AS hash, count(*) AS uses
    FROM recordings
    WHERE project_id = %(project)s AND session_id = ANY(%(sessions)s::uuid[]) AND contents ->> 'dictionary' IS NOT NULL
    GROUP BY 1
) AS n
WHERE s.project_id = %(project)s AND s.hash = n.hash
