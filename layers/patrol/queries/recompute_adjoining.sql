-- Adds a part for each later patrol of a device that adjoins a patrol of which fixes came, went or turned out to be in
-- another datum: its first or last step was worked out from these as they were.  gap_s: as far apart in time as they adjoin.
INSERT INTO city.recompute_part (run_id, day, area_code, area_name, patrol_ids, fixes)
SELECT r.run_id, r.day, r.area_code, r.area_name, ARRAY[n.patrol_id],
       (SELECT count(*) FROM city.fix AS o WHERE o.patrol_id = n.patrol_id)
FROM city.recompute_part AS r
CROSS JOIN (
    SELECT DISTINCT f.patrol_id
    FROM city.patrol AS p
    CROSS JOIN LATERAL (
        SELECT min(o.time) AS first, max(o.time) AS last FROM city.fix AS o WHERE o.patrol_id = p.patrol_id
    ) AS own
    JOIN city.fix AS f ON f.device = p.device AND f.patrol_id > p.patrol_id
     AND f.time BETWEEN own.first - %(gap_s)s * interval '1 second' AND own.last + %(gap_s)s * interval '1 second'
    WHERE p.patrol_id = %(patrol_id)s
) AS n
WHERE r.part_id = %(part_id)s
