-- expand: what a recording lacks by its own account, and how much of the page was masked when it was made.
-- locks: access exclusive on recording_chunks and its partitions for an instant (constant defaults), nothing is rewritten
-- on 10 M rows: the same · undo: ALTER TABLE recording_chunks DROP COLUMN gaps, DROP COLUMN full_snapshots, DROP COLUMN masking
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- gaps: `<unix ms>:<why>` of each heatwake.gap, full_snapshots: unix ms of each, both with blanks between; times corrected.
-- masking: storage.site_rules.PRIVACY as it was; empty for chunks of before.
ALTER TABLE recording_chunks
    ADD COLUMN gaps text NOT NULL DEFAULT '',
    ADD COLUMN full_snapshots text NOT NULL DEFAULT '',
    ADD COLUMN masking text NOT NULL DEFAULT '';
