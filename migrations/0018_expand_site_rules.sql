-- expand: what a site asks of its visitors' requests (sampling, bots, do-not-track, rates) and what a project may take in (quotas).
-- locks: access exclusive on sites and projects for an instant, nothing is rewritten · on 10 M rows: the same · undo: ALTER TABLE … DROP COLUMN each
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- NULL: no limit. sample_rate: the share of sessions that is kept, 0 to 1; keep_do_not_track: visitors who ask for it are left alone.
ALTER TABLE sites
    ADD COLUMN sample_rate real NOT NULL DEFAULT 1,
    ADD COLUMN filter_bots boolean NOT NULL DEFAULT true,
    ADD COLUMN keep_do_not_track boolean NOT NULL DEFAULT true,
    ADD COLUMN requests_per_second integer,
    ADD COLUMN client_sessions_per_minute integer DEFAULT 120;

-- Days and months are UTC's.
ALTER TABLE projects
    ADD COLUMN sessions_per_day integer,
    ADD COLUMN events_per_month bigint;
