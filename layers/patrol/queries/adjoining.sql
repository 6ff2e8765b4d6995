-- The later patrols of a device that adjoin a patrol, lowest number first: their first or last step was worked out from
-- fixes of it as they were.  gap_s: as far apart in time as patrols adjoin.
SELECT DISTINCT f.patrol_id
FROM city.patrol AS p
CROSS JOIN LATERAL (
    SELECT min(o.time) AS first, max(o.time) AS last FROM city.fix AS o WHERE o.patrol_id = p.patrol_id
) AS own
JOIN city.fix AS f ON f.device = p.device AND f.patrol_id > p.patrol_id
 AND f.time BETWEEN own.first - %(gap_s)s * interval '1 second' AND own.last + %(gap_s)s * interval '1 second'
WHERE p.patrol_id = %(patrol_id)s
ORDER BY f.patrol_id
