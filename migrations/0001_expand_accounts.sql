-- expand: accounts own projects, projects own sites, users belong to accounts by memberships.
-- locks: none on existing tables · on 10 M rows: nothing to touch · undo: DROP TABLE memberships, users, sites, projects, accounts
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE TABLE accounts (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE projects (
    project_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, name)
);

-- What a snippet names. `origins` empty: any page may send; else only pages of these origins (scheme://host[:port]).
CREATE TABLE sites (
    project_id bigint NOT NULL REFERENCES projects,
    site_id bigint GENERATED ALWAYS AS IDENTITY,
    site_key text NOT NULL UNIQUE CHECK (site_key ~ '^[a-z0-9]{8,32}$'),
    origins text[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    record boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, site_id)
);

-- `sign_in_epoch` grows when all sign-ins of the user are to end; a cookie carries the epoch that it was made in.
CREATE TABLE users (
    user_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND email LIKE '%_@_%'),
    name text NOT NULL DEFAULT '',
    password_hash text NOT NULL,
    sign_in_epoch integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
    account_id bigint NOT NULL REFERENCES accounts,
    user_id bigint NOT NULL REFERENCES users,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);
