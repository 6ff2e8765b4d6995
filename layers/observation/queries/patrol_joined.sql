-- What was found on an outing was found on the one that it is part of now; the history keeps what was said.
UPDATE city.observation AS o
SET patrol_code = %(into_code)s
WHERE o.patrol_code = %(code)s
