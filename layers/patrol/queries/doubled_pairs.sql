-- The patrols that had fixes of one time and device with a patrol, or it with itself, at different places.
-- later_id: whose fixes are kept beside those in force; held_id: whose are in force.  mode: of the later one.
-- device_accuracy_m: the error of the device where none is reported, metres.  first, last: when.
WITH told AS (
    SELECT c.patrol_id AS later_id, f.patrol_id AS held_id, c.device, c.time
    FROM city.fix_conflict AS c
    JOIN city.fix AS f ON f.device = c.device AND f.time = c.time
    WHERE c.patrol_id = %(patrol_id)s AND c.left_out = 'conflict'
    UNION
    SELECT c.patrol_id, f.patrol_id, c.device, c.time
    FROM city.patrol AS p
    JOIN city.fix_conflict AS c ON c.device = p.device
     AND c.time BETWEEN p.started_at - interval '1 day' AND p.ended_at + interval '1 day'
    JOIN city.fix AS f ON f.device = c.device AND f.time = c.time
    WHERE p.patrol_id = %(patrol_id)s AND f.patrol_id = p.patrol_id AND c.left_out = 'conflict'
)
SELECT t.later_id, t.held_id, p.mode, d.accuracy_m AS device_accuracy_m, min(t.time) AS first, max(t.time) AS last
FROM told AS t
JOIN city.patrol AS p ON p.patrol_id = t.later_id
LEFT JOIN city.device_now AS d ON d.code = t.device
GROUP BY t.later_id, t.held_id, p.mode, d.accuracy_m
ORDER BY t.later_id, t.held_id
