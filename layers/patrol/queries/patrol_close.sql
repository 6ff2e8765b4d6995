-- Declares a patrol to be over, once, and keeps what the crew reports. report: NULL leaves it as it is.
UPDATE city.patrol AS p
SET closed_at = COALESCE(p.closed_at, clock_timestamp()), report = COALESCE(%(report)s, p.report)
WHERE p.patrol_id = city.patrol_of(%(code)s)
RETURNING p.closed_at
