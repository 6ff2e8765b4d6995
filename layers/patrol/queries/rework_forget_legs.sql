-- Takes away a patrol's legs before its new ones are written.
DELETE FROM city.leg AS l WHERE l.patrol_id = %(patrol_id)s
