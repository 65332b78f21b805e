-- expand: how many pages, elements and custom events a project has names for, so that names that somebody makes up have an end.
-- locks: none on existing tables · on 10 M names: read once, some 10 s; 10 minutes are allowed, since a store of made-up
-- names may hold many times that and nobody waits meanwhile · undo: DROP TABLE name_counts
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- kind: page, element, event (storage.naming). The row is held while names of that kind are made.
CREATE TABLE name_counts (
    project_id bigint NOT NULL,
    kind text NOT NULL,
    names bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, kind)
);

INSERT INTO name_counts (project_id, kind, names)
SELECT project_id, 'page', count(*) FROM pages GROUP BY project_id
UNION ALL SELECT project_id, 'element', count(*) FROM elements GROUP BY project_id
UNION ALL SELECT project_id, 'event', count(*) FROM event_names GROUP BY project_id;

ALTER TABLE name_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON name_counts TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON name_counts TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON name_counts TO heatwake_worker, heatwake_app;
