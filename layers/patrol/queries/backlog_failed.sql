-- Notes that working out a patrol failed, and when to try again: later each time, after an hour at most.
UPDATE city.patrol_backlog AS b
SET attempts = b.attempts + 1, fault = %(fault)s,
    not_before = clock_timestamp() + least(2 ^ least(b.attempts, 20), 3600) * interval '1 second'
WHERE b.patrol_id = %(patrol_id)s
