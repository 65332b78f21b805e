-- Takes a page's deltas of a day out, to be folded; primary key of heat_deltas.
DELETE FROM heat_deltas WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND day = %(day)s
RETURNING device, kind, points
