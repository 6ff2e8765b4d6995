-- Notes that fixes of a patrol were stored and are to be worked out, and how many were not stored, by reason.
INSERT INTO city.patrol_backlog (patrol_id, fixes, not_stored)
VALUES (%(patrol_id)s, %(fixes)s, %(not_stored)s::jsonb)
