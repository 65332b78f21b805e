-- contract: the index that held clicks and depth beside the page had to be written anew with each request. The version
-- before asks nothing of it that page_views_of_page does not answer, only slower, so it may go in the same release.
-- locks: access exclusive on page_views and its partitions for an instant · on 10 M rows: the same
-- undo: CREATE INDEX page_views_by_page as in 0004
SET lock_timeout = '2s';
SET statement_timeout = '60s';

-- Postgres drops no index of a partitioned table concurrently.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX page_views_by_page;
