-- expand: what recurs is named once a project: pages, elements, names of custom events.
-- locks: none on existing tables · undo: DROP TABLE event_names, elements, pages
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- `address` is host and path without query and fragment: shop.example/products
CREATE TABLE pages (
    project_id bigint NOT NULL,
    page_id bigint GENERATED ALWAYS AS IDENTITY,
    address text NOT NULL,
    title text NOT NULL DEFAULT '',
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, page_id),
    UNIQUE (project_id, address)
);

-- `text` is the element's masked label at its first sight, for people to recognise it by.
CREATE TABLE elements (
    project_id bigint NOT NULL,
    element_id bigint GENERATED ALWAYS AS IDENTITY,
    selector text NOT NULL,
    text text NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, element_id),
    UNIQUE (project_id, selector)
);

CREATE TABLE event_names (
    project_id bigint NOT NULL,
    name_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    PRIMARY KEY (project_id, name_id),
    UNIQUE (project_id, name)
);
