-- Notes that a run is done, where none of its parts is left.
UPDATE city.recompute AS r
SET ended_at = clock_timestamp()
WHERE r.run_id = %(run_id)s::uuid
  AND NOT EXISTS (SELECT FROM city.recompute_part AS p WHERE p.run_id = r.run_id AND p.done_at IS NULL)
