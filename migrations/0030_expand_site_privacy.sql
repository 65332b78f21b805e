-- expand: what a site asks of its visitors before anything is kept or sent, how much it masks, and the salts of the days.
-- locks: access exclusive on sites for an instant, nothing is rewritten · on 10 M rows: the same
-- undo: ALTER TABLE sites DROP COLUMN consent, DROP COLUMN privacy; DROP TABLE visitor_salts
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- consent: storage.site_rules.CONSENT; privacy: storage.site_rules.PRIVACY.
ALTER TABLE sites
    ADD COLUMN consent text NOT NULL DEFAULT 'none',
    ADD COLUMN privacy text NOT NULL DEFAULT 'normal';

-- Names of the visitors of whom nothing is kept are made with these; without them nobody can tell whose they were.
CREATE TABLE visitor_salts (
    day date PRIMARY KEY,
    salt bytea NOT NULL
);
GRANT SELECT, INSERT, DELETE ON visitor_salts TO heatwake_worker;
