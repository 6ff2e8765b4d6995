-- The code of the patrol of a number.
SELECT p.code FROM city.patrol AS p WHERE p.patrol_id = %(patrol_id)s
