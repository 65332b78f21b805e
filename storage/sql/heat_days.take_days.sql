-- What a page's day has been folded to so far; primary key of heat_days.
SELECT device, kind, points FROM heat_days WHERE project_id = %(project_id)s AND page_id = %(page_id)s AND day = %(day)s
FOR UPDATE
