-- expand: row-level security on every tenant table. heatwake_app sees only the projects named in its transaction,
-- heatwake_worker writes for all, heatwake_owner owns the tables and only migrates.
-- locks: access exclusive on empty tables, for an instant · undo: DROP POLICY … ON each; DISABLE ROW LEVEL SECURITY
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- The projects that this transaction may see: SELECT set_config('heatwake.projects', '3,7', true). Unset: none.
CREATE FUNCTION visible_projects() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(string_to_array(nullif(current_setting('heatwake.projects', true), ''), ',')::bigint[], '{}') $$;

ALTER TABLE sites ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON sites TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON sites TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON grants TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON grants TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE share_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON share_links TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON share_links TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON api_keys TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON api_keys TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE pages ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON pages TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON pages TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE elements ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON elements TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON elements TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE event_names ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON event_names TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON event_names TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON sessions TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON sessions TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE page_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON page_views TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON page_views TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE heat_deltas ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON heat_deltas TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON heat_deltas TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE heat_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON heat_days TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON heat_days TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE element_boxes ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON element_boxes TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON element_boxes TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE fact_deltas ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON fact_deltas TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON fact_deltas TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE fact_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON fact_days TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON fact_days TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON recordings TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON recordings TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE recording_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON recording_chunks TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON recording_chunks TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE page_snapshots ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON page_snapshots TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON page_snapshots TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON ledger TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON ledger TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE funnels ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON funnels TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON funnels TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));
ALTER TABLE deploys ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON deploys TO heatwake_worker USING (true) WITH CHECK (true);
CREATE POLICY app_visible ON deploys TO heatwake_app
    USING (project_id = ANY ((SELECT visible_projects())::bigint[])) WITH CHECK (project_id = ANY ((SELECT visible_projects())::bigint[]));

GRANT USAGE ON SCHEMA public TO heatwake_worker, heatwake_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    sites, grants, share_links, api_keys, pages, elements, event_names, sessions, page_views, heat_deltas, heat_days, element_boxes, fact_deltas, fact_days, recordings, recording_chunks, page_snapshots, ledger, funnels, deploys
    TO heatwake_worker, heatwake_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON stream_offsets, shard_leases, traffic_minutes TO heatwake_worker;
GRANT SELECT ON projects TO heatwake_worker;
GRANT SELECT ON stream_offsets, shard_leases, traffic_minutes TO heatwake_app;
GRANT SELECT, INSERT, UPDATE ON accounts, projects, users, memberships TO heatwake_app;
GRANT DELETE ON memberships TO heatwake_app;

-- Who knocks is asked before any project is visible; each of these gives back only what its secret or its user opens.
CREATE FUNCTION open_api_key(hash bytea) RETURNS TABLE (project_id bigint, key_id bigint, scopes text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT project_id, key_id, scopes FROM api_keys WHERE key_hash = hash AND revoked_at IS NULL $$;

CREATE FUNCTION open_share_link(hash bytea)
    RETURNS TABLE (project_id bigint, link_id bigint, session_id uuid, start_ms integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT project_id, link_id, session_id, start_ms FROM share_links
   WHERE token_hash = hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) $$;

CREATE FUNCTION grants_of(grantee bigint) RETURNS TABLE (project_id bigint, session_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT project_id, session_id FROM grants WHERE user_id = grantee AND revoked_at IS NULL $$;

CREATE FUNCTION site_by_key(wanted text)
    RETURNS TABLE (project_id bigint, site_id bigint, origins text[], enabled boolean, record boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT project_id, site_id, origins, enabled, record FROM sites WHERE site_key = wanted $$;
