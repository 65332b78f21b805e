-- Takes a project's batches of a day out, to be spread over its pages; primary key of heat_batches.
DELETE FROM heat_batches WHERE project_id = %(project_id)s AND day = %(day)s RETURNING points
