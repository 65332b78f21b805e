-- expand: sessions and page views, partitioned by the day (UTC) of the session's first request at the collector.
-- locks: none on existing tables · undo: DROP TABLE page_views, sessions
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- device: 1 desktop, 2 tablet, 3 mobile. Times are corrected by the visitor's clock skew.
CREATE TABLE sessions (
    project_id bigint NOT NULL,
    day date NOT NULL,
    session_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    page_views integer NOT NULL DEFAULT 0,
    clicks integer NOT NULL DEFAULT 0,
    events integer NOT NULL DEFAULT 0,
    entry_page_id bigint,
    exit_page_id bigint,
    entry_address text NOT NULL DEFAULT '',
    exit_address text NOT NULL DEFAULT '',
    device smallint NOT NULL DEFAULT 1,
    browser text NOT NULL DEFAULT '',
    os text NOT NULL DEFAULT '',
    country text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    screen_w integer NOT NULL DEFAULT 0,
    referrer_host text NOT NULL DEFAULT '',
    utm_source text NOT NULL DEFAULT '',
    utm_medium text NOT NULL DEFAULT '',
    utm_campaign text NOT NULL DEFAULT '',
    user_ref text NOT NULL DEFAULT '',
    traits jsonb NOT NULL DEFAULT '{}',
    recording_bytes bigint NOT NULL DEFAULT 0,
    recording_events integer NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, day, session_id)
) PARTITION BY RANGE (day);
CREATE INDEX sessions_by_start ON sessions (project_id, started_at DESC, session_id);
CREATE INDEX sessions_by_id ON sessions (project_id, session_id);

-- *_seq: every sequence number below it has been counted; *_ahead: those above it that have been counted too.
-- Together they recognise a browser's retry. page_id is NULL until the page event itself has arrived.
CREATE TABLE page_views (
    project_id bigint NOT NULL,
    day date NOT NULL,
    session_id uuid NOT NULL,
    page_view_id bigint NOT NULL,
    page_id bigint,
    url text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    referrer text NOT NULL DEFAULT '',
    device smallint NOT NULL DEFAULT 1,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    viewport_w integer NOT NULL DEFAULT 0,
    viewport_h integer NOT NULL DEFAULT 0,
    document_h integer NOT NULL DEFAULT 0,
    scroll_pct smallint NOT NULL DEFAULT 0,
    clicks integer NOT NULL DEFAULT 0,
    events_seq integer NOT NULL DEFAULT 0,
    events_ahead integer[] NOT NULL DEFAULT '{}',
    recording_seq integer NOT NULL DEFAULT 0,
    recording_ahead integer[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (project_id, day, session_id, page_view_id)
) PARTITION BY RANGE (day);
CREATE INDEX page_views_by_page ON page_views (project_id, page_id, day) INCLUDE (device, scroll_pct, clicks);
