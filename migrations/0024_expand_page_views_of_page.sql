-- expand: finds a page's views by an index of its own columns only, none of which changes when a visit goes on. An index
-- that has to follow what each request changes costs several times more; page_views_by_page, which does, goes in 0026.
-- locks: share on page_views and its partitions while it is made: reads go on, workers wait and their streams hold what
-- comes · on 10 M rows: about 10 s · undo: DROP INDEX page_views_of_page
SET lock_timeout = '2s';
SET statement_timeout = '10min';

-- Concurrently it would have to be made on each partition and attached, which no transaction can do; each file is one here.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX page_views_of_page ON page_views (project_id, page_id, day);
