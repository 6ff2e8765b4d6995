-- Takes away legs and trace of an outing that is part of another now: these are drawn from its fixes.
WITH trace AS (
    DELETE FROM city.patrol_trace AS t WHERE t.patrol_id = %(patrol_id)s
)
DELETE FROM city.leg AS l WHERE l.patrol_id = %(patrol_id)s
