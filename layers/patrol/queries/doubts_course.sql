-- Keeps the course of a patrol that was worked out before there were any.  course: bytea.
UPDATE city.patrol_trace AS t SET course = %(course)s WHERE t.patrol_id = %(patrol_id)s AND t.course IS NULL
