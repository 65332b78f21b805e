-- Counts a worker among the live ones and forgets the dead; primary key of workers.
WITH forgotten AS (
    DELETE FROM workers WHERE expires_at < now() - interval '1 minute' AND worker <> %(worker)s
)
INSERT INTO workers (worker, expires_at) VALUES (%(worker)s, now() + %(lease_s)s * interval '1 second')
ON CONFLICT (worker) DO UPDATE SET expires_at = excluded.expires_at
