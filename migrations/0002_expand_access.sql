-- expand: what is given to people outside the account (grants, share links) and to programs (API keys).
-- locks: share row exclusive on projects and users for the foreign keys, both small · undo: DROP TABLE api_keys, share_links, grants
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- A user of another account may see a project (session_id NULL) or one recording.
CREATE TABLE grants (
    project_id bigint NOT NULL REFERENCES projects,
    grant_id bigint GENERATED ALWAYS AS IDENTITY,
    user_id bigint NOT NULL REFERENCES users,
    session_id uuid,
    granted_by bigint REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (project_id, grant_id)
);
CREATE INDEX grants_by_user ON grants (user_id) WHERE revoked_at IS NULL;

-- Only the SHA-256 of a link's token is kept. `start_ms` is where the player begins.
CREATE TABLE share_links (
    project_id bigint NOT NULL REFERENCES projects,
    link_id bigint GENERATED ALWAYS AS IDENTITY,
    token_hash bytea NOT NULL UNIQUE,
    session_id uuid NOT NULL,
    start_ms integer NOT NULL DEFAULT 0,
    created_by bigint REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (project_id, link_id)
);

-- Only the SHA-256 of a key is kept; `prefix` (its first characters) is what the settings page shows.
CREATE TABLE api_keys (
    project_id bigint NOT NULL REFERENCES projects,
    key_id bigint GENERATED ALWAYS AS IDENTITY,
    prefix text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL DEFAULT '{read}',
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (project_id, key_id)
);
