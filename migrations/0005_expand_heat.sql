-- expand: heat points: a batch appends a delta, compaction folds deltas into one packed value a (page, day, device, kind).
-- locks: none on existing tables · undo: DROP TABLE element_boxes, heat_days, heat_deltas
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- kind: 1 click, 2 tap, 3 move (storage.heat.HeatKind). points: packed by storage.heat.pack.
CREATE TABLE heat_deltas (
    project_id bigint NOT NULL,
    page_id bigint NOT NULL,
    day date NOT NULL,
    device smallint NOT NULL,
    kind smallint NOT NULL,
    delta_id bigint GENERATED ALWAYS AS IDENTITY,
    points bytea NOT NULL,
    PRIMARY KEY (project_id, page_id, day, device, kind, delta_id)
);

CREATE TABLE heat_days (
    project_id bigint NOT NULL,
    page_id bigint NOT NULL,
    day date NOT NULL,
    device smallint NOT NULL,
    kind smallint NOT NULL,
    points bytea NOT NULL,
    PRIMARY KEY (project_id, page_id, day, device, kind)
);

-- Where an element was last seen, in CSS pixels from the page's corner at a viewport of viewport_w.
CREATE TABLE element_boxes (
    project_id bigint NOT NULL,
    page_id bigint NOT NULL,
    device smallint NOT NULL,
    element_id bigint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    w integer NOT NULL,
    h integer NOT NULL,
    viewport_w integer NOT NULL,
    PRIMARY KEY (project_id, page_id, device, element_id)
);
