-- expand: finds the sessions of conditions that few of them meet: a user, a trait, a campaign, a country, clicks of rage,
-- without effect, or before an error. Each index has only the rows that have the thing at all, and no column that a
-- batch changes as a rule, so that rows go on being updated in their place.
-- locks: share on sessions and its partitions while they are read: reads go on, workers wait and their streams hold what
-- comes · on 10 M rows: a minute · undo: DROP INDEX sessions_by_user, sessions_by_trait, sessions_by_country,
-- sessions_by_source, sessions_by_campaign, sessions_with_rage, sessions_with_dead, sessions_with_errors
SET lock_timeout = '2s';
SET statement_timeout = '30min';

-- Concurrently they would have to be made on each partition and attached, which no transaction can do; each file is one.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_by_user ON sessions (project_id, user_ref, started_at DESC) WHERE user_ref <> '';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_by_trait ON sessions USING gin (traits jsonb_path_ops) WHERE traits <> '{}';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_by_country ON sessions (project_id, country, started_at DESC) WHERE country <> '';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_by_source ON sessions (project_id, utm_source, started_at DESC) WHERE utm_source <> '';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_by_campaign ON sessions (project_id, utm_campaign, started_at DESC) WHERE utm_campaign <> '';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_with_rage ON sessions (project_id, started_at DESC, session_id) WHERE rage_clicks > 0;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_with_dead ON sessions (project_id, started_at DESC, session_id) WHERE dead_clicks > 0;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sessions_with_errors ON sessions (project_id, started_at DESC, session_id) WHERE error_clicks > 0;
