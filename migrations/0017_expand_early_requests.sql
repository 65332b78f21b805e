-- expand: interactions that overtook the page event of their page view, until it comes: nobody knows their page before.
-- locks: none on existing tables · on 10 M rows: nothing to touch · undo: DROP TABLE early_requests
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- body: as it was sent to /c/e. Rows stay for an hour at most; then their facts are kept without a page.
CREATE TABLE early_requests (
    project_id bigint NOT NULL,
    day date NOT NULL,
    session_id uuid NOT NULL,
    page_view_id bigint NOT NULL,
    seq integer NOT NULL,
    device smallint NOT NULL,
    received_ms bigint NOT NULL,
    skew_ms bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (project_id, day, session_id, page_view_id, seq)
);

ALTER TABLE early_requests ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON early_requests TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON early_requests TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON early_requests TO heatwake_worker, heatwake_app;
