-- What working out a patrol needs to know of it: how it went, the error of its device where none is reported (metres),
-- the datum it declared, what was left out without being stored, when it was last worked out and when erased (NULL for
-- never), and the times of its own fixes (NULL without any).
SELECT p.worked_at, p.erased_at, p.device, p.crew, p.mode, p.datum_declared, p.not_stored,
       d.accuracy_m AS device_accuracy_m, own.first, own.last
FROM city.patrol AS p
LEFT JOIN city.device_now AS d ON d.code = p.device
CROSS JOIN LATERAL (
    SELECT min(f.time) AS first, max(f.time) AS last FROM city.fix AS f WHERE f.patrol_id = p.patrol_id
) AS own
WHERE p.patrol_id = %(patrol_id)s
