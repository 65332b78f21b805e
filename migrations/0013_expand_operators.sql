-- expand: who runs the installation; API keys have names; what the dashboard asks about links and grants before it knows a project.
-- locks: access exclusive on users and api_keys for an instant, no rewrite · undo: DROP FUNCTION shared_with, find_share_link; ALTER TABLE … DROP COLUMN
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- An operator sees Operations and marks deploys of the whole installation; the first user is one.
ALTER TABLE users ADD COLUMN operator boolean NOT NULL DEFAULT false;
ALTER TABLE api_keys ADD COLUMN name text NOT NULL DEFAULT '';

-- A link that was taken back is told from one that never was.
CREATE FUNCTION find_share_link(hash bytea)
    RETURNS TABLE (project_id bigint, link_id bigint, session_id uuid, start_ms integer, open boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT project_id, link_id, session_id, start_ms,
          revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
   FROM share_links WHERE token_hash = hash $$;

CREATE FUNCTION shared_with(grantee bigint)
    RETURNS TABLE (project_id bigint, project text, account text, session_id uuid, granted_by text, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT g.project_id, p.name, a.name, g.session_id, coalesce(u.email, ''), g.created_at
   FROM grants g
   JOIN projects p ON p.project_id = g.project_id
   JOIN accounts a ON a.account_id = p.account_id
   LEFT JOIN users u ON u.user_id = g.granted_by
   WHERE g.user_id = grantee AND g.revoked_at IS NULL
   ORDER BY g.created_at DESC $$;
