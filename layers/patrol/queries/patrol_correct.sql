-- Says otherwise how a patrol went; it has to be worked out anew.  post_code, crew: NULL for none.
UPDATE city.patrol AS p
SET mode = %(mode)s, datum_declared = %(datum)s, crew = %(crew)s, post_code = %(post_code)s, worked_at = NULL
WHERE p.patrol_id = %(patrol_id)s
