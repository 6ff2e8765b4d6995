-- Says that a run is to stop (whoever works on it looks here before each patrol), or that it goes on.
UPDATE city.recompute AS r
SET stopped_at = CASE WHEN %(stopped)s THEN clock_timestamp() END
WHERE r.run_id = %(run_id)s::uuid
