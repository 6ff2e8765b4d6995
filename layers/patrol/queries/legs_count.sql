-- How many patrols have legs.
SELECT count(DISTINCT l.patrol_id) FROM city.leg AS l
