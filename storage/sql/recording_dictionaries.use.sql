-- Counts the recordings that name some of a project's dictionaries; primary key of recording_dictionaries.
INSERT INTO recording_dictionaries AS s (project_id, hash, raw_bytes, bytes, uses, used_at, made_at)
SELECT %(project)s, hash, raw, bytes, uses, now(), now()
FROM unnest(%(hashes)s::text[], %(uses)s::integer[], %(raw)s::integer[], %(bytes)s::integer[]) AS u (hash, uses, raw, bytes)
ON CONFLICT (project_id, hash) DO UPDATE SET uses = s.uses + excluded.uses, used_at = now()
