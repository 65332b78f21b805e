-- expand: saved funnels and deploy marks.
-- locks: share row exclusive on projects for the foreign keys, a small table · undo: DROP TABLE deploys, funnels
SET lock_timeout = '2s';
SET statement_timeout = '60s';

CREATE TABLE funnels (
    project_id bigint NOT NULL REFERENCES projects,
    funnel_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    definition jsonb NOT NULL,
    created_by bigint REFERENCES users,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, funnel_id)
);

-- project_id 0: a mark of the whole installation, made by the operator.
CREATE TABLE deploys (
    project_id bigint NOT NULL,
    deploy_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, deploy_id)
);
