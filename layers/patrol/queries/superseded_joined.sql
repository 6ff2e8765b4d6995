-- Notes that an outing became part of another: what it was stays, with its minutes, and leads to the other; so does what
-- had led to it.  Runs: while its legs are still there, after its fixes were handed over.
WITH led AS (
    UPDATE city.patrol AS p SET superseded_by = %(into_id)s WHERE p.superseded_by = %(patrol_id)s
)
UPDATE city.patrol AS p
SET superseded_by = %(into_id)s, superseded_at = transaction_timestamp(),
    minutes = COALESCE((
        SELECT sum(extract(epoch FROM l.ended_at - l.started_at))::double precision / 60
        FROM city.leg AS l WHERE l.patrol_id = p.patrol_id
    ), 0)
WHERE p.patrol_id = %(patrol_id)s
