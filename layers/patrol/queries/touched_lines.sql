-- Which lines a patrol is known to have seen anything of, at any reach, be it only possibly.
SELECT DISTINCT s.layer, s.target_code FROM city.sighting AS s
WHERE s.patrol_id = %(patrol_id)s AND s.known_to IS NULL
