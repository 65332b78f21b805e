-- Takes back what recordings that go have counted in their project's strings; primary keys of recordings and recording_strings.
UPDATE recording_strings s SET uses = s.uses - n.uses, used_at = now()
FROM (
    SELECT hash, count(*) AS uses
    FROM recordings r, jsonb_array_elements_text(r.contents -> 'strings') AS h (hash)
    WHERE r.project_id = %(project)s AND r.session_id = ANY(%(sessions)s::uuid[])
    GROUP BY hash
) AS n
WHERE s.project_id = %(project)s AND s.hash = n.hash
